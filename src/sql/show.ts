import type { Filter, Ident, Name } from './ast.ts';

export interface Show {
  readonly kind: 'show';
  readonly list:
    | 'connections'
    | 'secrets'
    | 'objects'
    | 'types'
    | 'views'
    | 'sources'
    | 'sinks'
    | 'materialized views'
    | 'subsources'
    | 'tables'
    | 'indexes'
    | 'schemas'
    | 'databases'
    | 'clusters'
    | 'roles'
    | 'columns'
    | 'privileges'
    | 'default privileges'
    | 'role membership';
  /** FROM: a schema (a database for SCHEMAS, a relation for COLUMNS). */
  readonly from: Name | null;
  /** ON: a source or object. */
  readonly on: Name | null;
  readonly inCluster: Ident | null;
  readonly filter: Filter | null;
}
