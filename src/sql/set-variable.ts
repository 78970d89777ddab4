import type { Ident } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { toIdent } from './names.ts';
import type { SetRole } from './set-role.ts';
import { type Assignment, parseAssignment, parseValues, printAssignment } from './variables.ts';

/** Source: PostgreSQL 16, SET. */
export interface SetVariable {
  readonly kind: 'set-variable';
  readonly scope: 'session' | 'local';
  readonly variable: Ident;
  /** Words as written, unquoted; `default` for DEFAULT. */
  readonly values: readonly string[] | 'default';
}

/** After SET [SESSION | LOCAL]. `SET role = r` is SET ROLE. */
export function parseSetVariable(cursor: Cursor, scope: SetVariable['scope']): SetVariable | SetRole {
  const { variable, values } = parseSpecialForm(cursor) ?? parseAssignment(cursor);
  if (variable.value !== 'role') return { kind: 'set-variable', scope, variable, values };
  const name = values === 'default' ? undefined : values[0];
  if (name === undefined || name === 'none') return { kind: 'set-role', scope, target: 'role', role: null };
  return { kind: 'set-role', scope, target: 'role', role: toIdent(cursor, name, variable.offset0) };
}

/** `TIME ZONE v`, `NAMES 'v'`, `SCHEMA 'v'`. */
function parseSpecialForm(cursor: Cursor): Assignment | null {
  const { offset0 } = cursor;
  if (cursor.takeKeywords('TIME', 'ZONE')) {
    return { variable: { value: 'timezone', offset0 }, values: parseTimeZone(cursor) };
  }
  if (!cursor.at('string', 1)) return null;
  if (cursor.takeKeyword('NAMES'))
    return { variable: { value: 'client_encoding', offset0 }, values: parseValues(cursor) };
  if (cursor.takeKeyword('SCHEMA')) return { variable: { value: 'schema', offset0 }, values: parseValues(cursor) };
  return null;
}

function parseTimeZone(cursor: Cursor): Assignment['values'] {
  if (cursor.takeKeyword('LOCAL')) return 'default';
  if (!cursor.atKeyword('INTERVAL') || !cursor.at('string', 1)) return parseValues(cursor);
  cursor.next();
  const zone = zoneOf(cursor.next().value);
  if (cursor.takeKeyword('HOUR') && cursor.takeKeyword('TO')) cursor.expectKeyword('MINUTE');
  return [zone];
}

/** An interval counts eastward; a zone's own offset, in POSIX's form, westward: `<+02:30>-02:30`. */
function zoneOf(interval: string): string {
  const [, sign = '', hours = '', minutes = ''] = /^([+-]?)(\d{1,2})(:\d{2})$/.exec(interval.trim()) ?? [];
  if (hours === '') return interval;
  const time = `${hours.padStart(2, '0')}${minutes === ':00' ? '' : minutes}`;
  return sign === '-' ? `<-${time}>+${time}` : `<+${time}>-${time}`;
}

export const printSetVariable = (statement: SetVariable): string =>
  `SET ${statement.scope === 'local' ? 'LOCAL ' : ''}${printAssignment(statement)}`;
