import { syntaxError, toPosition1 } from '../errors/index.ts';
import { isBlank, isNewline, isOctalDigit } from './characters.ts';

const quote = 0x27;
const backslash = 0x5c;

/**
 * Where the literal that opens at `quote0` ends, continuations included: `'a'` newline `'b'` is one literal, and a continued
 * E'' literal still has escapes. -1 when it has no end. Source: PostgreSQL 16 §4.1.2.1.
 */
export function endOfString(source: string, quote0: number, escapes: boolean): number {
  let open0 = quote0;
  for (;;) {
    const close0 = closingQuote(source, open0, escapes);
    if (close0 === -1) return -1;
    const next0 = continuation(source, close0 + 1);
    if (next0 === -1) return close0 + 1;
    open0 = next0;
  }
}

function closingQuote(source: string, open0: number, escapes: boolean): number {
  if (!escapes) {
    let at = open0 + 1;
    for (;;) {
      const found = source.indexOf("'", at);
      if (found === -1 || source.charCodeAt(found + 1) !== quote) return found;
      at = found + 2;
    }
  }
  for (let at = open0 + 1; at < source.length; at += 1) {
    const code = source.charCodeAt(at);
    if (code === backslash) at += 1;
    else if (code === quote) {
      if (source.charCodeAt(at + 1) !== quote) return at;
      at += 1;
    }
  }
  return -1;
}

/** The opening quote of a continuation: blanks with a newline among them (line comments count as blanks), then a quote. */
function continuation(source: string, from0: number): number {
  let sawNewline = false;
  for (let at = from0; at < source.length; at += 1) {
    const code = source.charCodeAt(at);
    if (isNewline(code)) sawNewline = true;
    else if (code === 0x2d && source.charCodeAt(at + 1) === 0x2d) {
      while (at + 1 < source.length && !isNewline(source.charCodeAt(at + 1))) at += 1;
    } else if (!isBlank(code)) return code === quote && sawNewline ? at : -1;
  }
  return -1;
}

/** The pieces between the quotes of a literal and of its continuations, with doubled quotes still doubled. */
function* segments(
  source: string,
  quote0: number,
  end0: number,
  escapes: boolean,
): Iterable<readonly [number, number]> {
  let open0 = quote0;
  for (;;) {
    const close0 = closingQuote(source, open0, escapes);
    yield [open0 + 1, close0];
    if (close0 + 1 >= end0) return;
    open0 = continuation(source, close0 + 1);
  }
}

/** The value of `'…'`, continuations joined. */
export function decodePlain(source: string, quote0: number, end0: number): string {
  const simple = source.slice(quote0 + 1, end0 - 1);
  if (!simple.includes("'")) return simple;
  let value = '';
  for (const [from0, to0] of segments(source, quote0, end0, false)) {
    value += source.slice(from0, to0).replaceAll("''", "'");
  }
  return value;
}

const simpleEscapes: ReadonlyMap<string, string> = new Map([
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

/** The value of `E'…'`. @throws PgError 42601 for octal and hexadecimal escapes, and for code points that do not exist. */
export function decodeEscapes(source: string, quote0: number, end0: number): string {
  let value = '';
  for (const [from0, to0] of segments(source, quote0, end0, true)) {
    let copied0 = from0;
    for (let at = from0; at < to0; at += 1) {
      const code = source.charCodeAt(at);
      if (code === quote) {
        value += source.slice(copied0, at);
        copied0 = at + 1;
        at += 1;
      } else if (code === backslash) {
        value += source.slice(copied0, at);
        const escape = decodeEscape(source, at);
        value += escape.value;
        copied0 = escape.end0;
        at = escape.end0 - 1;
      }
    }
    value += source.slice(copied0, to0);
  }
  return value;
}

function decodeEscape(source: string, at0: number): { readonly value: string; readonly end0: number } {
  const fail = (message: string): never => {
    throw syntaxError(message, { position1: toPosition1(source, at0) });
  };
  const letter = source.charAt(at0 + 1);
  if (isOctalDigit(letter.charCodeAt(0))) return fail('octal escapes are not supported');
  if (letter === 'x') return fail('hexadecimal escapes are not supported');
  if (letter === 'u' || letter === 'U') {
    const length = letter === 'u' ? 4 : 8;
    const codePoint = hexadecimal(source, at0 + 2, length);
    const end0 = at0 + 2 + length;
    if (!isHighSurrogate(codePoint)) return { value: toCharacter(codePoint) ?? fail('invalid unicode escape'), end0 };
    const low = source.startsWith('\\u', end0) ? hexadecimal(source, end0 + 2, 4) : -1;
    return { value: joinSurrogates(codePoint, low) ?? fail('invalid unicode escape'), end0: end0 + 6 };
  }
  return { value: simpleEscapes.get(letter) ?? letter, end0: at0 + 2 };
}

/** The value of `U&'…'` or `U&"…"` between `from0` and `to0`; `mark` is the escape character. @throws PgError 42601 */
export function decodeUnicode(source: string, quote0: number, end0: number, mark: string): string {
  if (source.charAt(quote0) === '"') {
    return decodeUnicodePiece(source, quote0 + 1, end0 - 1, mark).replaceAll('""', '"');
  }
  let value = '';
  for (const [from0, to0] of segments(source, quote0, end0, false)) {
    value += decodeUnicodePiece(source, from0, to0, mark).replaceAll("''", "'");
  }
  return value;
}

function decodeUnicodePiece(source: string, from0: number, to0: number, mark: string): string {
  const piece = source.slice(from0, to0);
  let value = '';
  let copied0 = 0;
  for (let at = piece.indexOf(mark); at !== -1; at = piece.indexOf(mark, copied0)) {
    value += piece.slice(copied0, at);
    if (piece.charAt(at + 1) === mark) {
      value += mark;
      copied0 = at + 2;
      continue;
    }
    const long = piece.charAt(at + 1) === '+';
    const codePoint = hexadecimal(piece, long ? at + 2 : at + 1, long ? 6 : 4);
    copied0 = at + (long ? 8 : 5);
    let character = toCharacter(codePoint);
    if (isHighSurrogate(codePoint) && piece.charAt(copied0) === mark) {
      character = joinSurrogates(codePoint, hexadecimal(piece, copied0 + 1, 4));
      copied0 += 5;
    }
    if (character === undefined) {
      throw syntaxError('invalid unicode escape', { position1: toPosition1(source, from0 + at) });
    }
    value += character;
  }
  return value + piece.slice(copied0);
}

/** -1 unless `length` hexadecimal digits stand there. */
function hexadecimal(text: string, at0: number, length: number): number {
  const digits = text.slice(at0, at0 + length);
  return digits.length === length && /^[0-9a-fA-F]+$/.test(digits) ? Number.parseInt(digits, 16) : -1;
}

const isHighSurrogate = (codePoint: number): boolean => codePoint >= 0xd800 && codePoint <= 0xdbff;

function toCharacter(codePoint: number): string | undefined {
  const exists = codePoint > 0 && codePoint <= 0x10ffff && (codePoint < 0xd800 || codePoint > 0xdfff);
  return exists ? String.fromCodePoint(codePoint) : undefined;
}

const joinSurrogates = (high: number, low: number): string | undefined =>
  low >= 0xdc00 && low <= 0xdfff ? String.fromCharCode(high, low) : undefined;
