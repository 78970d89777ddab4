import type { Cursor } from './cursor.ts';
import { didYouMean, nearest } from './hints.ts';
import type { Token } from './token.ts';

/** Phrases of several words (`SSL CERTIFICATE AUTHORITY`) by their words; numbers may be words (`PUBLIC KEY 1`). */
export interface PhraseTrie {
  /** The phrase that ends here. */
  readonly phrase: string | null;
  readonly next: ReadonlyMap<string, PhraseTrie>;
}

interface GrowingTrie {
  phrase: string | null;
  readonly next: Map<string, GrowingTrie>;
}

export function buildTrie(phrases: Iterable<string>): PhraseTrie {
  const root: GrowingTrie = { phrase: null, next: new Map() };
  for (const phrase of phrases) {
    let node = root;
    for (const word of phrase.split(' ')) {
      let child = node.next.get(word);
      if (child === undefined) {
        child = { phrase: null, next: new Map() };
        node.next.set(word, child);
      }
      node = child;
    }
    node.phrase = phrase;
  }
  return root;
}

const wordOf = (token: Token): string | undefined =>
  token.kind === 'keyword' || token.kind === 'number' ? token.value : undefined;

/** How many tokens the longest phrase at the cursor has, and which it is; null when none begins or ends there. */
export function matchPhrase(
  cursor: Cursor,
  trie: PhraseTrie,
  ahead = 0,
): { readonly phrase: string; readonly length: number } | null {
  let best: { readonly phrase: string; readonly length: number } | null = null;
  let node: PhraseTrie | undefined = trie;
  for (let length = 0; node !== undefined; length += 1) {
    if (node.phrase !== null) best = { phrase: node.phrase, length };
    node = node.next.get(wordOf(cursor.peek(ahead + length)) ?? '');
  }
  return best;
}

/**
 * Reads the longest phrase. `what` names the choice when not even the first word fits; without it the first words are listed.
 * `candidates` are the phrases a hint may propose.
 */
export function expectPhrase(
  cursor: Cursor,
  trie: PhraseTrie,
  what: string | null,
  candidates: () => readonly string[],
): string {
  const match = matchPhrase(cursor, trie);
  if (match !== null) {
    for (let index = 0; index < match.length; index += 1) cursor.next();
    return match.phrase;
  }
  const written = wordsAhead(cursor);
  let node = trie;
  let read = '';
  for (let child = node.next.get(wordOf(cursor.token) ?? ''); child !== undefined; ) {
    read = `${read}${cursor.next().value} `;
    node = child;
    child = node.next.get(wordOf(cursor.token) ?? '');
  }
  const choices = [...node.next.keys()];
  if (choices.every((choice) => /^[0-9]/.test(choice))) {
    throw cursor.expected(`${choices.join(' or ')} after ${read.trimEnd()}`);
  }
  const hint = quotedHint(cursor.token, node) ?? didYouMean(nearestPhrase(written, candidates()));
  if (read === '' && what !== null) throw cursor.expected(what, hint);
  const list = choices.join(' or ');
  throw cursor.expected(read === '' || choices.length > 1 ? `one of ${list}` : list, hint);
}

/** For a word of the language between quotes. */
function quotedHint(token: Token, node: PhraseTrie): string | undefined {
  const word = token.value.toUpperCase();
  const isQuoted = token.kind === 'quoted' || token.kind === 'string';
  return isQuoted && node.next.has(word) ? `Write ${word} without quotes.` : undefined;
}

/** The bare words at the cursor, at most four, in upper case. */
function wordsAhead(cursor: Cursor): readonly string[] {
  const words: string[] = [];
  while (words.length < 4) {
    const token = cursor.peek(words.length);
    if (token.kind !== 'keyword' && token.kind !== 'identifier') break;
    words.push(token.value.toUpperCase());
  }
  return words;
}

/** Tries the longest run of words first: of `SSL CERT 'x'` the first two, of `HOSTT x` both, then one. */
function nearestPhrase(words: readonly string[], candidates: readonly string[]): string | undefined {
  for (let length = words.length; length > 0; length -= 1) {
    const found = nearest(words.slice(0, length).join(' '), candidates);
    if (found !== undefined) return found;
  }
  return undefined;
}
