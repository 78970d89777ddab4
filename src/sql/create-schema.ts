import type { Name } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { parseIfNotExists, parseName, printIf } from './names.ts';
import { printName } from './quote.ts';

/** Source: Materialize docs, CREATE SCHEMA. */
export interface CreateSchema {
  readonly kind: 'create-schema';
  readonly name: Name;
  readonly ifNotExists: boolean;
}

/** After CREATE SCHEMA. */
export function parseCreateSchema(cursor: Cursor): CreateSchema {
  const ifNotExists = parseIfNotExists(cursor);
  return { kind: 'create-schema', name: parseName(cursor), ifNotExists };
}

export const printCreateSchema = (statement: CreateSchema): string =>
  `CREATE SCHEMA ${printIf(statement.ifNotExists, 'IF NOT EXISTS')}${printName(statement.name)}`;
