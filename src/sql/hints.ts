import { editDistance } from '../errors/index.ts';

/** Guesses at what a person meant; every hint is one or two sentences. */

/** The nearest of `candidates` to what was written, or undefined when none is near enough to be meant. */
export function nearest(written: string, candidates: Iterable<string>): string | undefined {
  const word = written.toUpperCase().replaceAll(/[_-]/g, ' ');
  if (word.length > 64) return undefined;
  let best: string | undefined;
  let bestDistance = word.length < 3 ? 0 : Math.min(3, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word, candidate, bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

export const didYouMean = (candidate: string | undefined): string | undefined =>
  candidate === undefined ? undefined : `Did you mean ${candidate}?`;
