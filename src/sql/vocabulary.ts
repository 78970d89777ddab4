import type { DialectWords } from './dialect-words.ts';
import { nonreservedKeywords, reservedKeywords } from './keywords.ts';
import type { Keywords } from './lexer.ts';
import { buildTrie, type PhraseTrie } from './phrases.ts';

/** Everything the parser looks words up in: the grammar's own keywords and those that the connection kinds bring. */
export interface Vocabulary {
  readonly words: DialectWords;
  readonly keywords: Keywords;
  readonly kinds: PhraseTrie;
  readonly options: PhraseTrie;
  /** Other spellings to canonical names. */
  readonly aliases: ReadonlyMap<string, string>;
}

const dialectAliases: ReadonlyMap<string, string> = new Map([['USERNAME', 'USER']]);

export function createVocabulary(words: DialectWords): Vocabulary {
  const aliases = words.aliases ?? dialectAliases;
  const optionNames = [...words.options.keys(), ...aliases.keys()];
  const keywords = new Map<string, string>();
  const phrases = [...words.kinds, ...optionNames].flatMap((phrase) => phrase.split(' '));
  for (const word of [...reservedKeywords, ...nonreservedKeywords, ...phrases]) {
    if (!/^[0-9]/.test(word)) keywords.set(word.toLowerCase(), word);
  }
  return { words, keywords, kinds: buildTrie(words.kinds), options: buildTrie(optionNames), aliases };
}
