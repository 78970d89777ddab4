import type { Sshd } from '../../test/support/sshd.ts';
import type { Target } from './target.ts';

/** What every part of the bench works with. */
export interface Bench {
  readonly sshd: Sshd;
  readonly target: Target;
  /** For key files. */
  readonly folder: string;
  readonly rounds: number;
  readonly roundTripsMs: readonly number[];
  readonly log: (line: string) => void;
}

/** One line of the results. */
export interface Finding {
  readonly what: string;
  readonly figure: string;
  readonly goal: string;
  readonly met?: boolean | undefined;
}

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
};

/** Of values measured in turns: the median of each round's own ratio. */
export const pairedRatio = (ours: readonly number[], theirs: readonly number[]): number =>
  median(ours.map((value, round) => value / (theirs[round] ?? Number.NaN)));

export const times = (ratio: number): string => `${ratio.toFixed(2)}x`;
