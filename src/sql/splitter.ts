import { limitExceeded, toPosition1 } from '../errors/index.ts';
import type { SplitStatement } from './contract.ts';
import { nestingMax, sourceBytesMax } from './limits.ts';
import { Scanner } from './scanner.ts';

/**
 * Cuts a query string into its statements; empty ones between semicolons are left out, and a string that holds none at all gives
 * one of route `empty`.
 * @throws PgError 42601 for a literal or comment without end, 54000 over 1 MiB, 54001 for brackets nested too deeply.
 */
export function split(source: string): readonly SplitStatement[] {
  if (source.length * 3 > sourceBytesMax && Buffer.byteLength(source) > sourceBytesMax) {
    throw limitExceeded(
      `query string is too long: ${Buffer.byteLength(source)} bytes, at most ${sourceBytesMax} are allowed`,
      {
        hint: 'Send the statements one by one.',
      },
    );
  }
  const statements: SplitStatement[] = [];
  const scanner = new Scanner(source, 0);
  let start0 = -1;
  let end0 = 0;
  let depth = 0;
  for (;;) {
    const kind = scanner.next();
    const character = kind === 'punctuation' ? source.charAt(scanner.start0) : '';
    if (kind === 'end' || character === ';') {
      if (start0 !== -1) statements.push(toStatement(source, start0, end0));
      if (kind === 'end') break;
      start0 = -1;
      depth = 0;
      continue;
    }
    if (start0 === -1) start0 = scanner.start0;
    end0 = scanner.end0;
    if (character === '(' || character === '[') depth += 1;
    else if (character === ')' || character === ']') depth -= 1;
    if (depth > nestingMax) throw tooDeep(source, scanner.start0);
  }
  return statements.length > 0 ? statements : [{ text: '', offset0: 0, route: 'empty' }];
}

/** 54001 with the position of what goes too deep. */
export const tooDeep = (source: string, offset0: number): Error =>
  limitExceeded(`statement is nested more than ${nestingMax} levels deep`, {
    tooComplex: true,
    position1: toPosition1(source, offset0),
  });

const toStatement = (source: string, start0: number, end0: number): SplitStatement => ({
  text: source.slice(start0, end0),
  offset0: start0,
  route: routeOf(source, start0),
});

const readWords: ReadonlySet<string> = new Set(['SELECT', 'WITH', 'VALUES', 'TABLE', 'COPY']);

function routeOf(source: string, start0: number): 'dialect' | 'read' {
  const scanner = new Scanner(source, start0);
  const word = nextWord(scanner);
  if (word !== 'EXPLAIN') return word === '(' || readWords.has(word) ? 'read' : 'dialect';
  const target = explained(scanner);
  return target === '(' || readWords.has(target) ? 'read' : 'dialect';
}

/** The first word after EXPLAIN and its options, in parentheses or bare. */
function explained(scanner: Scanner): string {
  let word = nextWord(scanner);
  if (word !== '(') {
    while (word === 'ANALYZE' || word === 'ANALYSE' || word === 'VERBOSE') word = nextWord(scanner);
    return word;
  }
  word = nextWord(scanner);
  if (word === '(' || readWords.has(word)) return word;
  for (let depth = 1; depth > 0 && word !== ';' && word !== ''; word = nextWord(scanner)) {
    if (word === '(') depth += 1;
    else if (word === ')') depth -= 1;
  }
  return word;
}

/** A bare word in upper case, one character of anything else, '' at the end. */
function nextWord(scanner: Scanner): string {
  const kind = scanner.next();
  const { source, start0, end0 } = scanner;
  if (kind === 'end') return '';
  return kind === 'word' ? source.slice(start0, end0).toUpperCase() : source.charAt(start0);
}
