import { limitExceeded, type PgError, syntaxError, toPosition1 } from '../errors/index.ts';
import type { Ident } from './ast.ts';
import { didYouMean, nearest } from './hints.ts';
import type { Keyword } from './keywords.ts';
import { listLengthMax, nestingMax } from './limits.ts';
import { tooDeep } from './splitter.ts';
import { describeKind, describeToken, type Token, type TokenKind } from './token.ts';
import type { Vocabulary } from './vocabulary.ts';

/**
 * Reads the tokens of one statement. Names of methods: `at…` looks, `take…` consumes if it can, `expect…` consumes or throws
 * 42601 in the dialect's form `Expected X, found T` at the token found.
 */
export class Cursor {
  readonly source: string;
  readonly vocabulary: Vocabulary;
  readonly #tokens: readonly Token[];
  #index = 0;
  #depth = 0;

  constructor(source: string, tokens: readonly Token[], vocabulary: Vocabulary) {
    this.source = source;
    this.#tokens = tokens;
    this.vocabulary = vocabulary;
  }

  get token(): Token {
    return this.peek(0);
  }

  /** Where the next token begins. */
  get offset0(): number {
    return this.token.start0;
  }

  /** The token `ahead` of the next one; past the end, the end. */
  peek(ahead: number): Token {
    const token = this.#tokens[Math.min(this.#index + ahead, this.#tokens.length - 1)];
    if (token === undefined) throw new TypeError('a statement has at least its end token');
    return token;
  }

  next(): Token {
    const { token } = this;
    if (this.#index < this.#tokens.length - 1) this.#index += 1;
    return token;
  }

  at(kind: TokenKind, ahead = 0): boolean {
    return this.peek(ahead).kind === kind;
  }

  atEnd(): boolean {
    return this.at('end') || this.at('semicolon');
  }

  take(kind: TokenKind): boolean {
    if (!this.at(kind)) return false;
    this.next();
    return true;
  }

  expect(kind: TokenKind, hint?: string): Token {
    if (!this.at(kind)) throw this.expected(describeKind(kind), hint);
    return this.next();
  }

  atKeyword(keyword: Keyword, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'keyword' && token.value === keyword;
  }

  atKeywords(...keywords: readonly Keyword[]): boolean {
    return keywords.every((keyword, ahead) => this.atKeyword(keyword, ahead));
  }

  takeKeyword(keyword: Keyword): boolean {
    if (!this.atKeyword(keyword)) return false;
    this.next();
    return true;
  }

  /** All of them in a row, or none. */
  takeKeywords(...keywords: readonly Keyword[]): boolean {
    if (!this.atKeywords(...keywords)) return false;
    this.#index += keywords.length;
    return true;
  }

  expectKeyword(keyword: Keyword, hint?: string): void {
    if (!this.takeKeyword(keyword)) throw this.expected(keyword, hint, [keyword]);
  }

  expectKeywords(...keywords: readonly Keyword[]): void {
    for (const keyword of keywords) this.expectKeyword(keyword);
  }

  takeOneOf<K extends Keyword>(keywords: readonly K[]): K | undefined {
    const { token } = this;
    if (token.kind !== 'keyword') return undefined;
    const found = keywords.find((keyword) => keyword === token.value);
    if (found !== undefined) this.next();
    return found;
  }

  /** The keywords in the grammar's order, as the error lists them. */
  expectOneOf<K extends Keyword>(keywords: readonly K[], hint?: string): K {
    const found = this.takeOneOf(keywords);
    if (found === undefined) throw this.expected(`one of ${keywords.join(' or ')}`, hint, keywords);
    return found;
  }

  takeOperator(operator: string): boolean {
    if (!this.at('operator') || this.token.value !== operator) return false;
    this.next();
    return true;
  }

  /** Any bare word, keywords included, or a quoted identifier. */
  atIdent(ahead = 0): boolean {
    const { kind } = this.peek(ahead);
    return kind === 'identifier' || kind === 'keyword' || kind === 'quoted';
  }

  expectIdent(): Ident {
    if (!this.atIdent()) throw this.expected('identifier', identHint(this.token));
    return this.#toIdent(this.next());
  }

  #toIdent(token: Token): Ident {
    const value = token.kind === 'keyword' ? token.value.toLowerCase() : token.value;
    return { value, offset0: token.start0 };
  }

  expectString(hint?: string): string {
    if (!this.at('string')) throw this.expected('literal string', hint ?? stringHint(this.token));
    return this.next().value;
  }

  /** @throws PgError 42601 unless a whole number from 0 to `max` stands here. */
  expectInteger(max = Number.MAX_SAFE_INTEGER): number {
    const { token } = this;
    const value = Number(token.value);
    if (token.kind !== 'number' || !/^[0-9]+$/.test(token.value) || value > max) throw this.expected('literal integer');
    this.next();
    return value;
  }

  /** `item, item`. @throws PgError 54000 */
  list<T>(item: () => T): T[] {
    const items = [item()];
    while (this.take('comma')) this.#add(items, item);
    return items;
  }

  /** `(item, item)`; a comma before the parenthesis is accepted and forgotten. */
  parenthesised<T>(item: () => T): T[] {
    this.expect('left-parenthesis');
    const items = this.listBefore('right-parenthesis', item);
    this.next();
    return items;
  }

  /** At least one item and its commas up to `close`, which is left to be read. `closeHint` says what may be wrong instead. */
  listBefore<T>(close: TokenKind, item: () => T, closeHint?: () => string | undefined): T[] {
    const items = [item()];
    while (this.take('comma')) {
      if (this.at(close)) break;
      this.#add(items, item);
    }
    if (!this.at(close)) throw this.expected(describeKind(close), closeHint?.());
    return items;
  }

  #add<T>(items: T[], item: () => T): void {
    if (items.length >= listLengthMax) {
      throw limitExceeded(`list is too long, at most ${listLengthMax} items are allowed`, {
        position1: this.position1(),
      });
    }
    items.push(item());
  }

  /** Runs `parse` one level deeper. @throws PgError 54001 */
  nested<T>(parse: () => T): T {
    this.#depth += 1;
    if (this.#depth > nestingMax) throw tooDeep(this.source, this.offset0);
    const result = parse();
    this.#depth -= 1;
    return result;
  }

  /** The text from the next token to the statement's end, as written; consumes it. */
  rest(): string {
    const from0 = this.offset0;
    let to0 = from0;
    while (!this.atEnd()) to0 = this.next().end0;
    return this.source.slice(from0, to0);
  }

  position1(offset0 = this.offset0): number {
    return toPosition1(this.source, offset0);
  }

  /** 42601 `Expected …, found …` at the next token; without a hint, the nearest of `keywords` is proposed. */
  expected(what: string, hint?: string, keywords: readonly string[] = []): PgError {
    return this.expectedAt(this.token, what, hint, keywords);
  }

  /** The same at any token of the statement. */
  expectedAt(token: Token, what: string, hint?: string, keywords: readonly string[] = []): PgError {
    const guess = token.kind === 'identifier' ? didYouMean(nearest(token.value, keywords)) : undefined;
    return this.error(
      `Expected ${what}, found ${describeToken(token)}`,
      hint ?? guess ?? operatorHint(token, this.#tokens[this.#index - 1]),
      token.start0,
    );
  }

  /** 42601 with any message, at the next token unless told where. */
  error(message: string, hint?: string, offset0 = this.offset0): PgError {
    return syntaxError(message, { position1: this.position1(offset0), hint });
  }
}

function identHint(token: Token): string | undefined {
  if (token.kind === 'string') return 'Single quotes make a string. Write a name bare or between double quotes.';
  if (token.kind === 'number') return 'A name that begins with a digit is written between double quotes.';
  return undefined;
}

/** For a name where a string belongs. */
export function stringHint(token: Token): string | undefined {
  if (token.kind === 'quoted') return 'Double quotes make a name. Write a string between single quotes.';
  if (token.kind === 'identifier' || token.kind === 'keyword') return 'Write a string between single quotes.';
  return undefined;
}

/** For `my-connection` and for names between backticks. */
function operatorHint(token: Token, before: Token | undefined): string | undefined {
  if (token.kind !== 'operator') return undefined;
  if (token.value === '`') return 'Write a name bare or between double quotes, not backticks.';
  const dashed = token.value === '-' && before !== undefined && before.end0 === token.start0;
  if (!dashed || (before.kind !== 'identifier' && before.kind !== 'keyword')) return undefined;
  return 'A name that holds a hyphen is written between double quotes.';
}
