import { unreachable } from '../errors/index.ts';

/** Classes of characters as PostgreSQL's scanner has them: every character beyond ASCII may be part of a word. */

const wordStart = 1;
const digit = 2;
const wordPart = 4;
const blank = 8;
const operator = 16;
const keepsSigns = 32;

const classes = new Uint8Array(128);
const mark = (characters: string, bits: number): void => {
  for (const character of characters) {
    const code = character.charCodeAt(0);
    classes[code] = (classes[code] ?? 0) | bits;
  }
};
mark('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_', wordStart | wordPart);
mark('0123456789', digit | wordPart);
mark('$', wordPart);
mark(' \t\n\r\f\v', blank);
mark('~!@#^&|`?+-*/%<>=', operator);
mark('~!@#^&|`?%', keepsSigns);

const is = (code: number, bits: number): boolean => code < 128 && ((classes[code] ?? 0) & bits) !== 0;

export const isWordStart = (code: number): boolean => code >= 128 || is(code, wordStart);
export const isWordPart = (code: number): boolean => code >= 128 || is(code, wordPart);
export const isDigit = (code: number): boolean => is(code, digit);
export const isBlank = (code: number): boolean => is(code, blank);
export const isOperator = (code: number): boolean => is(code, operator);
/** Of operator characters: whether an operator that holds it may end in a sign. */
export const keepsTrailingSigns = (code: number): boolean => is(code, keepsSigns);
export const isNewline = (code: number): boolean => code === 10 || code === 13;
export const isOctalDigit = (code: number): boolean => code >= 48 && code <= 55;

type Impostor = 'single' | 'double' | 'blank' | 'invisible' | 'dash' | 'wide';

/**
 * Characters that word processors and web pages put in place of plain ones. They are no part of a bare identifier here: a person
 * who pastes one means the plain character.
 */
const groups: Readonly<Record<Impostor, string>> = {
  single: '‘’‚‛′´＇',
  double: '“”„‟″«»＂',
  blank: '\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000',
  invisible: '\u200b\u2060\ufeff',
  dash: '‐‑‒–—―−',
  wide: '，；（）：＝',
};

const impostors: ReadonlyMap<string, Impostor> = new Map(
  (Object.keys(groups) as readonly Impostor[]).flatMap((kind) =>
    Array.from(groups[kind], (character) => [character, kind] as const),
  ),
);

/** What a person should write instead of `character`; undefined for an ordinary one. */
export function impostorHint(character: string): string | undefined {
  const impostor = impostors.get(character);
  if (impostor === undefined) return undefined;
  const code = `U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
  switch (impostor) {
    case 'single':
      return `This is a typographic quote (${code}). Write strings between plain single quotes: 'text'.`;
    case 'double':
      return `This is a typographic quote (${code}). Write strings between plain single quotes ('text') and names between plain double quotes ("name").`;
    case 'blank':
      return `This is a blank that only looks like a space (${code}), as web pages have them. Write a plain space.`;
    case 'invisible':
      return `This is an invisible character (${code}). Remove it.`;
    case 'dash':
      return `This is a typographic dash (${code}). Write a plain hyphen (-); a comment begins with two (--).`;
    case 'wide':
      return `This is a full-width character (${code}). Write its plain ASCII form.`;
    default:
      return unreachable(impostor);
  }
}
