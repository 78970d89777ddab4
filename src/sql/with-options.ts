import type { WithOption } from './ast.ts';
import type { Cursor } from './cursor.ts';
import type { Keyword } from './keywords.ts';
import { parseOptionalValue } from './option-values.ts';

/** `NAME [[=] value]` where the name is one of the phrases. */
export function parseWithOption(cursor: Cursor, phrases: readonly (readonly Keyword[])[]): WithOption {
  const { offset0 } = cursor;
  const name = expectKeywordPhrase(cursor, phrases);
  return { name, value: parseOptionalValue(cursor), offset0 };
}

/** The longest of the phrases that stands here, as its words. */
export function expectKeywordPhrase(cursor: Cursor, phrases: readonly (readonly Keyword[])[]): string {
  const longest = phrases.filter((phrase) => cursor.atKeywords(...phrase)).toSorted((a, b) => b.length - a.length)[0];
  if (longest !== undefined) {
    cursor.takeKeywords(...longest);
    return longest.join(' ');
  }
  const begun = phrases.filter(([first]) => first !== undefined && cursor.atKeyword(first));
  if (begun.length > 0) cursor.next();
  const choices = [
    ...new Set((begun.length > 0 ? begun : phrases).flatMap((phrase) => phrase[begun.length > 0 ? 1 : 0] ?? [])),
  ];
  if (choices.length !== 1) cursor.expectOneOf(choices);
  throw cursor.expected(choices.join(' or '), undefined, choices);
}

/** `[WITH (option, …)]`. */
export function parseWith(cursor: Cursor, phrases: readonly (readonly Keyword[])[]): readonly WithOption[] {
  return cursor.takeKeyword('WITH') ? cursor.parenthesised(() => parseWithOption(cursor, phrases)) : [];
}
