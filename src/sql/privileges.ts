import type { Ident, Name } from './ast.ts';
import type { Cursor } from './cursor.ts';
import type { Keyword } from './keywords.ts';
import { parseNames } from './names.ts';
import { printNames } from './quote.ts';

/** In the order in which errors list them. */
export const privilegeWords = [
  'INSERT',
  'SELECT',
  'UPDATE',
  'DELETE',
  'USAGE',
  'CREATE',
  'CREATEROLE',
  'CREATEDB',
  'CREATECLUSTER',
  'CREATENETWORKPOLICY',
] as const satisfies readonly Keyword[];

/** Upper-case words and where they stand, or `all`. */
export type Privileges = readonly { readonly word: string; readonly offset0: number }[] | 'all';

/** `ALL [PRIVILEGES]` or privileges separated by commas. */
export function parsePrivileges(cursor: Cursor): Privileges {
  if (cursor.takeKeyword('ALL')) {
    cursor.takeKeyword('PRIVILEGES');
    return 'all';
  }
  return cursor.list(() => {
    const { offset0 } = cursor;
    return { word: cursor.expectOneOf(privilegeWords), offset0 };
  });
}

export const printPrivileges = (privileges: Privileges): string =>
  privileges === 'all' ? 'ALL PRIVILEGES' : privileges.map((privilege) => privilege.word).join(', ');

/** Where a grant on all objects of a kind holds; null: everywhere. */
export type PrivilegePlace = null | { readonly kind: 'schema' | 'database'; readonly names: readonly Name[] };

/** `[IN SCHEMA a, b | IN DATABASE a, b]`. */
export function parsePlace(cursor: Cursor): PrivilegePlace {
  if (!cursor.takeKeyword('IN')) return null;
  const kind = cursor.expectOneOf(['SCHEMA', 'DATABASE']) === 'SCHEMA' ? 'schema' : 'database';
  return { kind, names: parseNames(cursor) };
}

export const printPlace = (place: PrivilegePlace): string =>
  place === null ? '' : ` IN ${place.kind.toUpperCase()} ${printNames(place.names)}`;

/** `TO [GROUP] role, …`, or `FROM …` of a revoke. */
export function parseGrantees(cursor: Cursor, grant: boolean): readonly Ident[] {
  cursor.expectKeyword(grant ? 'TO' : 'FROM');
  return cursor.list(() => {
    if (cursor.atKeyword('GROUP') && cursor.atIdent(1)) cursor.next();
    return cursor.expectIdent();
  });
}
