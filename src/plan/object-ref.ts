import type { DatabaseRow, ItemRow, RoleRow, SchemaRow } from '../catalog/index.ts';

/** Any object of the catalog with what authorisation, audit and messages need of it. */
export type ObjectRef =
  | { readonly kind: 'item'; readonly row: ItemRow }
  | { readonly kind: 'schema'; readonly row: SchemaRow }
  | { readonly kind: 'database'; readonly row: DatabaseRow }
  | { readonly kind: 'role'; readonly row: RoleRow };

/** The object's kind in messages, comments and audit: an item's own kind. */
export function kindOf(ref: ObjectRef): string {
  return ref.kind === 'item' ? ref.row.kind : ref.kind;
}
