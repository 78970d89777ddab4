import { nameTooLong, syntaxError, toPosition1, unreachable } from '../errors/index.ts';
import { impostorHint } from './characters.ts';
import { identifierBytesMax } from './limits.ts';
import { type LexemeKind, Scanner } from './scanner.ts';
import { decodeEscapes, decodePlain, decodeUnicode } from './string-literal.ts';
import type { Token, TokenKind } from './token.ts';

/** The language's words: lower case to upper case. */
export type Keywords = ReadonlyMap<string, string>;

const punctuation: Readonly<Record<string, TokenKind>> = {
  ',': 'comma',
  ';': 'semicolon',
  '.': 'dot',
  '(': 'left-parenthesis',
  ')': 'right-parenthesis',
  '[': 'left-bracket',
  ']': 'right-bracket',
};

/**
 * The tokens of the one statement that begins at `offset0`; the last is the semicolon that ends it or the end of the text.
 * @throws PgError 42601 with the position of what cannot be read, 42622 for a name that is too long.
 */
export function tokenize(source: string, offset0: number, keywords: Keywords): readonly Token[] {
  const lexer = new Lexer(source, offset0, keywords);
  const tokens: Token[] = [];
  for (;;) {
    const token = lexer.next();
    tokens.push(token);
    if (token.kind === 'semicolon' || token.kind === 'end') return tokens;
  }
}

class Lexer {
  readonly #source: string;
  readonly #scanner: Scanner;
  readonly #keywords: Keywords;

  constructor(source: string, offset0: number, keywords: Keywords) {
    this.#source = source;
    this.#scanner = new Scanner(source, offset0);
    this.#keywords = keywords;
  }

  next(): Token {
    const kind = this.#scanner.next();
    const { start0, end0 } = this.#scanner;
    return this.#token(kind, start0, end0);
  }

  #token(kind: LexemeKind, start0: number, end0: number): Token {
    const source = this.#source;
    switch (kind) {
      case 'word':
        return this.#word(start0, end0);
      case 'quoted-identifier':
        return this.#identifier('quoted', source.slice(start0 + 1, end0 - 1).replaceAll('""', '"'), start0, end0);
      case 'string': {
        const value = decodePlain(source, source.indexOf("'", start0), end0);
        return { kind: 'string', value, start0, end0 };
      }
      case 'escape-string':
        return { kind: 'string', value: decodeEscapes(source, start0 + 1, end0), start0, end0 };
      case 'unicode-string':
      case 'unicode-identifier':
        return this.#unicode(kind, start0, end0);
      case 'dollar-string': {
        const tagLength = source.indexOf('$', start0 + 1) + 1 - start0;
        return { kind: 'string', value: source.slice(start0 + tagLength, end0 - tagLength), start0, end0 };
      }
      case 'bit-string':
        return { kind: 'bits', value: decodePlain(source, start0 + 1, end0), start0, end0 };
      case 'number':
        return this.#number(start0, end0);
      case 'parameter':
        return { kind: 'parameter', value: source.slice(start0 + 1, end0), start0, end0 };
      case 'operator':
        return this.#operator(start0, end0);
      case 'punctuation':
        return {
          kind: punctuation[source.slice(start0, end0)] ?? 'operator',
          value: source.slice(start0, end0),
          start0,
          end0,
        };
      case 'junk':
        throw this.#unexpected(start0);
      case 'end':
        return { kind: 'end', value: '', start0, end0 };
      default:
        return unreachable(kind);
    }
  }

  #word(start0: number, end0: number): Token {
    const text = this.#source.slice(start0, end0);
    const folded = text.toLowerCase();
    const keyword = this.#keywords.get(folded);
    if (keyword !== undefined) return { kind: 'keyword', value: keyword, start0, end0 };
    if (hasWide(text)) this.#refuseImpostors(text, start0);
    return this.#identifier('identifier', folded, start0, end0);
  }

  #refuseImpostors(text: string, start0: number): void {
    for (let index = 0; index < text.length; index += 1) {
      if (impostorHint(text.charAt(index)) !== undefined) throw this.#unexpected(start0 + index);
    }
  }

  #identifier(kind: 'identifier' | 'quoted', value: string, start0: number, end0: number): Token {
    if (value === '') throw syntaxError('zero-length identifier', this.#at(start0));
    if (value.length * 3 > identifierBytesMax && Buffer.byteLength(value) > identifierBytesMax) {
      throw nameTooLong(Buffer.byteLength(value), identifierBytesMax, this.#at(start0));
    }
    if (value.includes('\0')) throw this.#unexpected(this.#source.indexOf('\0', start0));
    return { kind, value, start0, end0 };
  }

  /** `U&'…'` or `U&"…"`, with the escape character that a UESCAPE after it sets. */
  #unicode(kind: 'unicode-string' | 'unicode-identifier', start0: number, end0: number): Token {
    const source = this.#source;
    const escape = this.#escapeCharacter(end0);
    const value = decodeUnicode(source, start0 + 2, end0, escape.mark);
    if (kind === 'unicode-identifier') return this.#identifier('quoted', value, start0, escape.end0);
    return { kind: 'string', value, start0, end0: escape.end0 };
  }

  #escapeCharacter(end0: number): { readonly mark: string; readonly end0: number } {
    const source = this.#source;
    const ahead = new Scanner(source, end0);
    if (ahead.next() !== 'word' || source.slice(ahead.start0, ahead.end0).toLowerCase() !== 'uescape') {
      return { mark: '\\', end0 };
    }
    const isString = ahead.next() === 'string';
    const mark = isString ? decodePlain(source, source.indexOf("'", ahead.start0), ahead.end0) : '';
    if (mark.length !== 1 || /[0-9a-fA-F+'"\s]/.test(mark)) {
      throw syntaxError('invalid Unicode escape character', this.#at(ahead.start0));
    }
    this.#scanner.next();
    this.#scanner.next();
    return { mark, end0: ahead.end0 };
  }

  #number(start0: number, end0: number): Token {
    const source = this.#source;
    const after = source.charAt(end0);
    if ((after === 'e' || after === 'E') && /[+-]/.test(source.charAt(end0 + 1))) {
      throw syntaxError('missing required exponent', this.#at(end0 + 2));
    }
    const text = source.slice(start0, end0).replaceAll('_', '');
    const inRadix = /^0[xob]/i.test(text);
    if (inRadix && text.length > radixDigitsMax) {
      throw syntaxError('number is too long', this.#at(start0));
    }
    const value = inRadix ? BigInt(text).toString() : text.replace('e', 'E').replace('E+', 'E');
    return { kind: 'number', value, start0, end0 };
  }

  #operator(start0: number, end0: number): Token {
    const value = this.#source.slice(start0, end0);
    const kind = value === '=' ? 'equals' : value === '*' ? 'star' : 'operator';
    return { kind, value, start0, end0 };
  }

  #at(offset0: number): { readonly position1: number } {
    return { position1: toPosition1(this.#source, offset0) };
  }

  #unexpected(offset0: number): Error {
    const character = String.fromCodePoint(this.#source.codePointAt(offset0) ?? 0);
    const shown =
      character < ' ' || character === '\u007f'
        ? `U+${character.charCodeAt(0).toString(16).padStart(4, '0')}`
        : character;
    return syntaxError(`unexpected character in input: ${shown}`, {
      ...this.#at(offset0),
      hint: impostorHint(character) ?? (character === '\\' ? psqlHint : undefined),
    });
  }
}

function hasWide(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) > 127) return true;
  return false;
}

/** Beyond it the conversion to decimal would no longer be linear. */
const radixDigitsMax = 256;

const psqlHint = 'Backslash commands belong to psql; this server does not know them.';
