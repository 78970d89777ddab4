import { syntaxError, toPosition1 } from '../errors/index.ts';
import { isBlank, isDigit, isNewline, isOperator, isWordPart, isWordStart, keepsTrailingSigns } from './characters.ts';
import { endOfString } from './string-literal.ts';

/** What a stretch of text is, before its value is looked at. */
export type LexemeKind =
  | 'word'
  | 'quoted-identifier'
  | 'unicode-identifier'
  | 'string'
  | 'escape-string'
  | 'unicode-string'
  | 'bit-string'
  | 'dollar-string'
  | 'number'
  | 'parameter'
  | 'operator'
  | 'punctuation'
  | 'junk'
  | 'end';

const quote = 0x27;
const doubleQuote = 0x22;
const dollar = 0x24;
const dot = 0x2e;
const colon = 0x3a;
const ampersand = 0x26;
const underscore = 0x5f;
const radixNumber = /0(?:[xX](?:_?[0-9a-fA-F])+|[oO](?:_?[0-7])+|[bB](?:_?[01])+)/y;
const plus = 0x2b;
const minus = 0x2d;
const slash = 0x2f;
const asterisk = 0x2a;
const apostropheHint = "A single quote inside a string is written twice: 'it''s'.";

/**
 * Cuts text into lexemes exactly as PostgreSQL does (16 §4.1), without decoding them: strings and comments end where its
 * scanner ends them, so that the splitter and the reader of SELECT agree.
 */
export class Scanner {
  readonly source: string;
  kind: LexemeKind = 'end';
  /** The lexeme is `source.slice(start0, end0)`. */
  start0: number;
  end0: number;
  /** Up to here stand signs that are operators each by itself: a run of them is not read again for every one. */
  #signsEnd0 = 0;

  constructor(source: string, offset0: number) {
    this.source = source;
    this.start0 = offset0;
    this.end0 = offset0;
  }

  /** @throws PgError 42601 for a literal or comment without end. */
  next(): LexemeKind {
    this.#skipBlanksAndComments();
    this.kind = this.start0 >= this.source.length ? 'end' : this.#scan(this.source.charCodeAt(this.start0));
    return this.kind;
  }

  #skipBlanksAndComments(): void {
    const { source } = this;
    let at = this.end0;
    for (;;) {
      const code = source.charCodeAt(at);
      if (isBlank(code)) at += 1;
      else if (!isCommentStart(code, source.charCodeAt(at + 1))) break;
      else at = code === minus ? endOfLine(source, at) : this.#endOfComment(at);
    }
    this.start0 = at;
    this.end0 = at;
  }

  #endOfComment(start0: number): number {
    let depth = 1;
    const marks = /\/\*|\*\//g;
    marks.lastIndex = start0 + 2;
    while (depth > 0) {
      const found = marks.exec(this.source);
      if (found === null) throw this.#unterminated('unterminated multiline comment', start0);
      depth += found[0] === '/*' ? 1 : -1;
    }
    return marks.lastIndex;
  }

  #scan(code: number): LexemeKind {
    if (isWordStart(code)) return this.#word(code);
    if (isDigit(code)) return this.#number();
    if (code === quote) return this.#string('string', this.start0, false);
    if (code === doubleQuote) return this.#identifier('quoted-identifier', this.start0);
    if (code === dollar) return this.#dollar();
    if (code === dot && isDigit(this.source.charCodeAt(this.start0 + 1))) return this.#number();
    if (isOperator(code)) return this.#operator();
    return this.#punctuation(code);
  }

  #word(code: number): LexemeKind {
    const { source, start0 } = this;
    const second = source.charCodeAt(start0 + 1);
    if (second === quote) {
      const letter = code | 0x20;
      if (letter === 0x65) return this.#string('escape-string', start0 + 1, true);
      if (letter === 0x6e) return this.#string('string', start0 + 1, false);
      if (letter === 0x62 || letter === 0x78) return this.#string('bit-string', start0 + 1, false);
    }
    if ((code | 0x20) === 0x75 && second === ampersand) {
      const third = source.charCodeAt(start0 + 2);
      if (third === quote) return this.#string('unicode-string', start0 + 2, false);
      if (third === doubleQuote) return this.#identifier('unicode-identifier', start0 + 2);
    }
    let at = start0 + 1;
    while (at < source.length && isWordPart(source.charCodeAt(at))) at += 1;
    this.end0 = at;
    return 'word';
  }

  #string(kind: LexemeKind, quote0: number, escapes: boolean): LexemeKind {
    const end0 = endOfString(this.source, quote0, escapes);
    if (end0 === -1) throw this.#unterminated('unterminated quoted string', quote0, apostropheHint);
    this.end0 = end0;
    return kind;
  }

  #identifier(kind: LexemeKind, quote0: number): LexemeKind {
    let at = quote0 + 1;
    for (;;) {
      const close = this.source.indexOf('"', at);
      if (close === -1) throw this.#unterminated('unterminated quoted identifier', quote0);
      if (this.source.charCodeAt(close + 1) !== doubleQuote) {
        this.end0 = close + 1;
        return kind;
      }
      at = close + 2;
    }
  }

  /** `$1`, or a string between two `$tag$`. */
  #dollar(): LexemeKind {
    const { source, start0 } = this;
    let at = start0 + 1;
    if (isDigit(source.charCodeAt(at))) {
      while (isDigit(source.charCodeAt(at))) at += 1;
      this.end0 = at;
      return 'parameter';
    }
    if (isWordStart(source.charCodeAt(at))) {
      while (at < source.length && isWordPart(source.charCodeAt(at)) && source.charCodeAt(at) !== dollar) at += 1;
    }
    if (source.charCodeAt(at) !== dollar) {
      this.end0 = start0 + 1;
      return 'junk';
    }
    const tag = source.slice(start0, at + 1);
    const close = source.indexOf(tag, at + 1);
    if (close === -1) throw this.#unterminated('unterminated dollar-quoted string', start0);
    this.end0 = close + tag.length;
    return 'dollar-string';
  }

  #number(): LexemeKind {
    this.end0 = this.#endOfRadix(this.start0) ?? this.#endOfDecimal(this.start0);
    return 'number';
  }

  /** `0x1F`, `0o17`, `0b1`; undefined when there is none. */
  #endOfRadix(start0: number): number | undefined {
    if (this.source.charCodeAt(start0) !== 0x30) return undefined;
    radixNumber.lastIndex = start0;
    return radixNumber.test(this.source) ? radixNumber.lastIndex : undefined;
  }

  #endOfDecimal(start0: number): number {
    const { source } = this;
    let at = this.#endOfDigits(start0);
    if (source.charCodeAt(at) === dot && source.charCodeAt(at + 1) !== dot) at = this.#endOfDigits(at + 1);
    if ((source.charCodeAt(at) | 0x20) !== 0x65) return at;
    const sign = source.charCodeAt(at + 1);
    const digits0 = sign === plus || sign === minus ? at + 2 : at + 1;
    return isDigit(source.charCodeAt(digits0)) ? this.#endOfDigits(digits0) : at;
  }

  /** Digits, with single underscores between them. */
  #endOfDigits(start0: number): number {
    const { source } = this;
    let at = start0;
    while (isDigit(source.charCodeAt(at))) {
      at += 1;
      if (source.charCodeAt(at) === underscore && isDigit(source.charCodeAt(at + 1))) at += 1;
    }
    return at;
  }

  /** A run of operator characters ends before a comment, and before trailing signs unless it holds one of ~!@#^&|`?%. */
  #operator(): LexemeKind {
    const { source, start0 } = this;
    if (start0 < this.#signsEnd0) {
      this.end0 = start0 + 1;
      return 'operator';
    }
    let at = start0;
    let beforeSigns0 = start0 + 1;
    let keepsSigns = false;
    for (let code = source.charCodeAt(at); isOperator(code); code = source.charCodeAt(at)) {
      if (at > start0 && isCommentStart(code, source.charCodeAt(at + 1))) break;
      at += 1;
      if (keepsTrailingSigns(code)) keepsSigns = true;
      if (code !== plus && code !== minus) beforeSigns0 = at;
    }
    this.end0 = keepsSigns ? at : beforeSigns0;
    this.#signsEnd0 = at;
    return 'operator';
  }

  #punctuation(code: number): LexemeKind {
    const next = this.source.charCodeAt(this.start0 + 1);
    const pair = (code === colon && (next === colon || next === 0x3d)) || (code === dot && next === dot);
    this.end0 = this.start0 + (pair ? 2 : 1);
    return ',;.()[]:'.includes(this.source.charAt(this.start0)) ? 'punctuation' : 'junk';
  }

  #unterminated(message: string, offset0: number, hint?: string): Error {
    return syntaxError(message, { position1: toPosition1(this.source, offset0), hint });
  }
}

const isCommentStart = (code: number, next: number): boolean =>
  (code === minus && next === minus) || (code === slash && next === asterisk);

function endOfLine(source: string, start0: number): number {
  let at = start0;
  while (at < source.length && !isNewline(source.charCodeAt(at))) at += 1;
  return at;
}
