import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dialectWords } from '../../../src/connections/index.ts';
import { PgError } from '../../../src/errors/index.ts';
import { createSql, printIdent, printName, type SplitStatement } from '../../../src/sql/index.ts';

export const corpusDirectory = join(import.meta.dirname, '../../../grammar/corpus');
const sql = createSql(dialectWords());

/** A golden case: `parse`, the input, `----`, what comes of it. */
export interface Case {
  /** Comment lines and blank lines before the case. */
  readonly preamble: string;
  readonly input: string;
  readonly output: string;
}

export const corpusFiles = (): readonly string[] =>
  readdirSync(corpusDirectory)
    .filter((name) => name.endsWith('.txt'))
    .toSorted();

/** Outputs end at a blank line. @throws Error for a case without `----`. */
export function readCorpus(file: string): readonly Case[] {
  const lines = readFileSync(join(corpusDirectory, file), 'utf8').split('\n');
  const cases: { preamble: string[]; input: string[]; output: string[] }[] = [];
  let part: 'preamble' | 'input' | 'output' = 'preamble';
  let preamble: string[] = [];
  for (const line of lines) {
    const last = cases.at(-1);
    if (part !== 'input' && line === 'parse') {
      cases.push({ preamble, input: [], output: [] });
      preamble = [];
      part = 'input';
    } else if (part === 'input' && line === '----') part = 'output';
    else if (part === 'input') last?.input.push(line);
    else if (part === 'output' && line !== '') last?.output.push(line);
    else {
      part = 'preamble';
      if (line !== '') preamble.push(line);
    }
  }
  if (part === 'input') throw new Error(`${file}: the last case has no ----`);
  return cases.map((each) => ({
    preamble: each.preamble.join('\n'),
    input: each.input.join('\n'),
    output: each.output.join('\n'),
  }));
}

/** Writes the cases with what comes of them now. */
export function rewriteCorpus(file: string, cases: readonly Case[]): void {
  const blocks = cases.map(({ preamble, input }) => {
    const comment = preamble === '' ? '' : `${preamble}\n`;
    return `${comment}parse\n${input}\n----\n${outcome(input)}\n`;
  });
  writeFileSync(join(corpusDirectory, file), blocks.join('\n'));
}

/** For each statement its canonical text, the redacted text if it differs and the tree; or the error with a caret. */
export function outcome(input: string): string {
  try {
    return sql
      .split(input)
      .map((statement) =>
        statement.route === 'dialect' ? parsed(input, statement) : `${statement.route}: ${statement.text}`,
      )
      .join('\n');
  } catch (error) {
    if (error instanceof PgError) return failure(input, error);
    throw error;
  }
}

function parsed(input: string, statement: SplitStatement): string {
  const tree = sql.parse(input, statement);
  const canonical = sql.print(tree, 'canonical');
  const redacted = sql.print(tree, 'redacted');
  return [canonical, ...(redacted === canonical ? [] : [`redacted: ${redacted}`]), `=> ${showTree(tree)}`].join('\n');
}

/** JSON on one line without offsets; names and identifiers as they print. */
function showTree(tree: unknown): string {
  return JSON.stringify(tree, (key, value: unknown) => {
    if (/offset0$/i.test(key)) return undefined;
    if (isName(value)) return printName(value);
    return isIdent(value) ? printIdent(value.value) : value;
  });
}

const isName = (value: unknown): value is Parameters<typeof printName>[0] =>
  typeof value === 'object' && value !== null && 'parts' in value;

const isIdent = (value: unknown): value is { readonly value: string } =>
  typeof value === 'object' &&
  value !== null &&
  'value' in value &&
  typeof value.value === 'string' &&
  !('kind' in value);

function failure(input: string, error: PgError): string {
  const lines = [`error ${error.code}: ${error.message}`];
  if (error.position1 !== undefined) {
    const before = [...input].slice(0, error.position1 - 1).join('');
    const line0 = before.lastIndexOf('\n') + 1;
    const line = input.slice(line0).split('\n')[0] ?? '';
    lines.push(line, `${' '.repeat([...before.slice(line0)].length)}^`);
  }
  if (error.hint !== undefined) lines.push(`hint: ${error.hint}`);
  return lines.join('\n');
}
