import type { Name } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { parseIfNotExists, parseName, printIf } from './names.ts';
import { printName } from './quote.ts';

/** Source: Materialize docs, CREATE DATABASE. */
export interface CreateDatabase {
  readonly kind: 'create-database';
  readonly name: Name;
  readonly ifNotExists: boolean;
}

/** After CREATE DATABASE. */
export function parseCreateDatabase(cursor: Cursor): CreateDatabase {
  const ifNotExists = parseIfNotExists(cursor);
  return { kind: 'create-database', name: parseName(cursor), ifNotExists };
}

export const printCreateDatabase = (statement: CreateDatabase): string =>
  `CREATE DATABASE ${printIf(statement.ifNotExists, 'IF NOT EXISTS')}${printName(statement.name)}`;
