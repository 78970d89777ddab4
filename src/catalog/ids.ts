declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** `u1`, `u2` … for users' objects, `s1` … for the system's. One counter for all kinds of items; never reused. */
export type ItemId = Branded<'item'>;
export type SchemaId = Branded<'schema'>;
export type DatabaseId = Branded<'database'>;
/** `p` stands for PUBLIC where a role is granted to. */
export type RoleId = Branded<'role'>;

export const itemId = (text: string): ItemId => text as ItemId;
export const schemaId = (text: string): SchemaId => text as SchemaId;
export const databaseId = (text: string): DatabaseId => text as DatabaseId;
export const roleId = (text: string): RoleId => text as RoleId;

export const publicRoleId = roleId('p');
/** Owner of system objects. */
export const systemRoleId = roleId('s1');
/** The first superuser, `materialize`. */
export const materializeRoleId = roleId('u1');
