import type { Ident } from './ast.ts';
import type { Cursor } from './cursor.ts';
import type { Keyword } from './keywords.ts';
import { parseIfNotExists, printIf } from './names.ts';
import { hidden, type PrintContext } from './print-context.ts';
import { printIdent, printLiteral } from './quote.ts';

/** Source: Materialize docs, CREATE ROLE. CREATE USER is CREATE ROLE with LOGIN. */
export interface CreateRole {
  readonly kind: 'create-role';
  readonly name: Ident;
  readonly ifNotExists: boolean;
  readonly options: readonly RoleOption[];
}

type RoleFlag = 'login' | 'superuser' | 'inherit' | 'createrole' | 'createdb' | 'createcluster';

export type RoleOption =
  | { readonly kind: RoleFlag; readonly value: boolean; readonly offset0: number }
  /** null: PASSWORD NULL. Hidden when redacted. */
  | { readonly kind: 'password'; readonly value: string | null; readonly offset0: number };

const flags: ReadonlyMap<Keyword, readonly [RoleFlag, boolean]> = new Map([
  ['LOGIN', ['login', true]],
  ['NOLOGIN', ['login', false]],
  ['SUPERUSER', ['superuser', true]],
  ['NOSUPERUSER', ['superuser', false]],
  ['INHERIT', ['inherit', true]],
  ['NOINHERIT', ['inherit', false]],
  ['CREATEROLE', ['createrole', true]],
  ['NOCREATEROLE', ['createrole', false]],
  ['CREATEDB', ['createdb', true]],
  ['NOCREATEDB', ['createdb', false]],
  ['CREATECLUSTER', ['createcluster', true]],
  ['NOCREATECLUSTER', ['createcluster', false]],
]);

const optionWords: readonly Keyword[] = [...flags.keys(), 'PASSWORD'];

/** After CREATE ROLE or CREATE USER. */
export function parseCreateRole(cursor: Cursor, word: 'ROLE' | 'USER', wordOffset0: number): CreateRole {
  const ifNotExists = parseIfNotExists(cursor);
  const name = cursor.expectIdent();
  const withWord = cursor.takeKeyword('WITH');
  const options = cursor.atEnd() && !withWord ? [] : parseRoleOptions(cursor);
  const login: RoleOption = { kind: 'login', value: true, offset0: wordOffset0 };
  const implied = word === 'USER' && options.every((option) => option.kind !== 'login');
  return { kind: 'create-role', name, ifNotExists, options: implied ? [login, ...options] : options };
}

/** One option or more, up to the statement's end; no commas between. */
export function parseRoleOptions(cursor: Cursor): readonly RoleOption[] {
  const options: RoleOption[] = [];
  do options.push(parseRoleOption(cursor));
  while (!cursor.atEnd());
  return options;
}

function parseRoleOption(cursor: Cursor): RoleOption {
  const { offset0 } = cursor;
  if (cursor.atKeywords('ENCRYPTED', 'PASSWORD')) cursor.next();
  const commaHint = cursor.at('comma') ? 'Options of a role are written one after another without commas.' : undefined;
  const word = cursor.expectOneOf(optionWords, commaHint);
  const flag = flags.get(word);
  if (flag !== undefined) return { kind: flag[0], value: flag[1], offset0 };
  return { kind: 'password', value: cursor.takeKeyword('NULL') ? null : cursor.expectString(), offset0 };
}

export function printCreateRole(statement: CreateRole, context: PrintContext): string {
  const name = `${printIf(statement.ifNotExists, 'IF NOT EXISTS')}${printIdent(statement.name.value)}`;
  return `CREATE ROLE ${name}${printRoleOptions(statement.options, context)}`;
}

export const printRoleOptions = (options: readonly RoleOption[], context: PrintContext): string =>
  options.map((option) => ` ${printRoleOption(option, context)}`).join('');

function printRoleOption(option: RoleOption, context: PrintContext): string {
  if (option.kind !== 'password') return `${option.value ? '' : 'NO'}${option.kind.toUpperCase()}`;
  if (option.value === null) return 'PASSWORD NULL';
  return `PASSWORD ${context.redacted ? hidden : printLiteral(option.value)}`;
}
