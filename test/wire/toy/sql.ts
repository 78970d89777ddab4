import { PgError, syntaxError } from '../../../src/errors/index.ts';
import { toPosition1 } from '../../../src/errors/position.ts';
import { columnOf, decodeValue, typeOids } from '../../../src/wire/codec/index.ts';
import type { Column, Format, Oid, Statement, Value } from '../../../src/wire/index.ts';

/** A few statements whose answers PostgreSQL would give in the same way: enough to drive every corner of the protocol. */
export type ToyStatement =
  | { readonly kind: 'select'; readonly items: readonly Item[] }
  | { readonly kind: 'copy'; readonly items: readonly Item[] }
  | { readonly kind: 'begin' | 'commit' | 'rollback' }
  | { readonly kind: 'set'; readonly name: string; readonly value: string }
  | { readonly kind: 'show'; readonly name: string }
  | { readonly kind: 'deallocate'; readonly name: string | null }
  | { readonly kind: 'notice'; readonly message: string };

/** One expression of a select list. */
export interface Item {
  readonly column: Column;
  readonly value: (parameters: readonly Value[]) => Value;
  /** A set-returning item: how many rows. */
  readonly rows?: number;
  readonly parameter?: { readonly index0: number; readonly type: Oid };
  readonly sleepMs?: number;
}

const types: ReadonlyMap<string, Oid> = new Map([
  ['int', typeOids.int4],
  ['int4', typeOids.int4],
  ['int2', typeOids.int2],
  ['int8', typeOids.int8],
  ['text', typeOids.text],
  ['bool', typeOids.bool],
  ['float8', typeOids.float8],
  ['bytea', typeOids.bytea],
  ['jsonb', typeOids.jsonb],
  ['int[]', 1007],
  ['text[]', 1009],
]);
const typeNames = new Map([...types].map(([name, oid]) => [oid, name.replace('[]', '')]));

export function splitToy(source: string): Statement[] {
  const statements: Statement[] = [];
  let start = 0;
  const take = (end: number): void => {
    const raw = source.slice(start, end);
    const text = raw.replaceAll(/'(?:[^']|'')*'|--[^\n]*/g, (part) =>
      part[0] === "'" ? part : ' '.repeat(part.length),
    );
    const lead = text.length - text.trimStart().length;
    if (text.trim() !== '') statements.push({ text: text.trim(), offset0: start + lead, source });
    start = end + 1;
  };
  for (const match of source.matchAll(/'(?:[^']|'')*'|\$\$.*?\$\$|--[^\n]*|;/gs)) {
    if (match[0] === ';') take(match.index);
  }
  take(source.length);
  return statements;
}

/** PostgreSQL parses a whole string before it runs its first statement. @throws PgError 42601 */
export function checkSyntax(statement: Statement): void {
  try {
    parseToy(statement, []);
  } catch (error) {
    if (error instanceof PgError && error.code === '42601') throw error;
  }
}

export function parseToy(statement: Statement, given: readonly Oid[]): ToyStatement {
  const { text } = statement;
  const select = /^select\s+(.*)$/is.exec(text)?.[1];
  if (select !== undefined) return { kind: 'select', items: selectItems(select, statement, given) };
  const copy = /^copy\s*\(\s*select\s+(.*)\)\s*to\s+stdout$/is.exec(text)?.[1];
  if (copy !== undefined) return { kind: 'copy', items: selectItems(copy, statement, given) };
  if (/^begin$/i.test(text)) return { kind: 'begin' };
  if (/^(commit|end)$/i.test(text)) return { kind: 'commit' };
  if (/^(rollback|abort)$/i.test(text)) return { kind: 'rollback' };
  const set = /^set\s+(\w+)\s*(?:=|to)\s*'?([^']*)'?$/i.exec(text);
  if (set !== null) return { kind: 'set', name: set[1] ?? '', value: set[2] ?? '' };
  const show = /^show\s+(\w+)$/i.exec(text)?.[1];
  if (show !== undefined) return { kind: 'show', name: show };
  const deallocate = /^deallocate\s+(\w+)$/i.exec(text)?.[1];
  if (deallocate !== undefined) return { kind: 'deallocate', name: /^all$/i.test(deallocate) ? null : deallocate };
  const message = /^do\s+\$\$\s*begin\s+raise\s+notice\s+'([^']*)';\s*end\s*\$\$$/i.exec(text)?.[1];
  if (message !== undefined) return { kind: 'notice', message };
  throw nearError(text.split(/\s/)[0] ?? '', statement, 0);
}

function selectItems(list: string, statement: Statement, given: readonly Oid[]): Item[] {
  const parts = list.match(/(?:'(?:[^']|'')*'|\([^)]*\)|[^,('])+/g) ?? [];
  return parts.map((part) => item(part.trim(), statement, given));
}

function item(text: string, statement: Statement, given: readonly Oid[]): Item {
  const [, operand = '', typeName] =
    /^('(?:[^']|'')*'|\$\d+|-?\d+|null|[a-z_]+\([^)]*\))(?:::(\w+(?:\[\])?))?$/i.exec(text) ?? [];
  const type = typeName === undefined ? undefined : types.get(typeName.toLowerCase());
  if (operand === '' || (typeName !== undefined && type === undefined)) {
    throw nearError(text.split(/\s/)[0] ?? '', statement, statement.text.indexOf(text));
  }
  if (operand.startsWith('$')) return parameterItem(Number(operand.slice(1)) - 1, type, given);
  if (operand.startsWith("'"))
    return literalItem(operand.slice(1, -1).replaceAll("''", "'"), type ?? typeOids.text, type);
  if (/^null$/i.test(operand)) return { column: named('?column?', type ?? typeOids.text), value: () => null };
  if (/^-?\d+$/.test(operand)) return literalItem(operand, type ?? typeOids.int4, type);
  return callItem(operand);
}

function parameterItem(index0: number, cast: Oid | undefined, given: readonly Oid[]): Item {
  const declared = given[index0] ?? 0;
  const type = declared === 0 ? (cast ?? typeOids.text) : declared;
  return {
    column: named(cast === undefined ? '?column?' : (typeNames.get(cast) ?? '?column?'), cast ?? type),
    value: (parameters) => parameters[index0] ?? null,
    parameter: { index0, type },
  };
}

function literalItem(text: string, type: Oid, cast: Oid | undefined): Item {
  const value = decodeValue(Buffer.from(text), type, 'text');
  return { column: named(cast === undefined ? '?column?' : (typeNames.get(cast) ?? ''), type), value: () => value };
}

function callItem(call: string): Item {
  const [, name = '', argument = ''] = /^(\w+)\((.*)\)$/s.exec(call) ?? [];
  switch (name.toLowerCase()) {
    case 'generate_series':
      return { column: named(name, typeOids.int4), value: () => null, rows: Number(argument.split(',')[1]) };
    case 'repeat': {
      const [, text = '', count = '0'] = /'([^']*)'\s*,\s*(\d+)/.exec(argument) ?? [];
      return { column: named(name, typeOids.text), value: () => text.repeat(Number(count)) };
    }
    case 'pg_sleep':
      return {
        column: { ...named(name, 2278), typeSize: 4 },
        value: () => '',
        sleepMs: Number(argument) * 1000,
      };
    default:
      throw new PgError('undefined_function', `function ${name}(integer) does not exist`);
  }
}

function named(name: string, type: Oid): Column {
  return columnOf(name, type);
}

function nearError(word: string, statement: Statement, offset0: number): PgError {
  return syntaxError(`syntax error at or near "${word}"`, {
    position1: toPosition1(statement.source, statement.offset0 + Math.max(offset0, 0)),
  });
}

/** Types of the parameters in order; those that appear nowhere are text. */
export function parameterTypes(statement: ToyStatement, given: readonly Oid[]): Oid[] {
  const found = 'items' in statement ? statement.items.flatMap((each) => each.parameter ?? []) : [];
  const count = Math.max(given.length, ...found.map(({ index0 }) => index0 + 1));
  return Array.from({ length: count }, (_, index) => {
    const inferred = found.find(({ index0 }) => index0 === index)?.type;
    return inferred ?? (given[index] || typeOids.text);
  });
}

export function decodeParameters(
  values: readonly (Uint8Array | null)[],
  oids: readonly Oid[],
  formatOf: (index: number) => Format,
): Value[] {
  return values.map((value, index) => decodeValue(value, oids[index] ?? 0, formatOf(index)));
}
