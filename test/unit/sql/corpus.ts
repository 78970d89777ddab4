import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { dialectWords } from '../../../src/connections/index.ts';
import { PgError } from '../../../src/errors/index.ts';
import { createSql, printIdent, printName, type SplitStatement } from '../../../src/sql/index.ts';
import { type Case, readCases, showFailure, writeCases } from '../../support/corpus.ts';

export const corpusDirectory = join(import.meta.dirname, '../../../grammar/corpus');
const sql = createSql(dialectWords());

export const corpusFiles = (): readonly string[] =>
  readdirSync(corpusDirectory)
    .filter((name) => name.endsWith('.txt'))
    .toSorted();

export const readCorpus = (file: string): readonly Case[] => readCases(join(corpusDirectory, file), 'parse');

/** Writes the cases with what comes of them now. */
export const rewriteCorpus = (file: string, cases: readonly Case[]): void =>
  writeCases(join(corpusDirectory, file), 'parse', cases, outcome);

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
    if (error instanceof PgError) return showFailure(input, error);
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
