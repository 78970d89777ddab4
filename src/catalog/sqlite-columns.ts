import { formatAclItem, formatPrivileges, parseAclItem } from './acl.ts';
import type { AclItem, Privilege } from './rows.ts';

export type SqlValue = string | number | Buffer | null;

/** How one property of a row stands in its column. */
export interface Column<Value> {
  write(value: Value): SqlValue;
  read(value: SqlValue): Value;
}

/** Text, among them the branded ids and closed sets of words: the table's CHECKs and foreign keys hold them. */
export const text = <Text extends string>(): Column<Text> => ({
  write: (value) => value,
  read: (value) => value as Text,
});

export const nullableText = <Text extends string>(): Column<Text | null> => ({
  write: (value) => value,
  read: (value) => value as Text | null,
});

export const integer = <Value extends number>(): Column<Value> => ({
  write: (value) => value,
  read: (value) => value as Value,
});

export const flag: Column<boolean> = {
  write: (value) => (value ? 1 : 0),
  read: (value) => value === 1,
};

export const bytes: Column<Uint8Array> = {
  write: (value) => Buffer.from(value.buffer, value.byteOffset, value.byteLength),
  read: (value) => value as Buffer,
};

export const json = <Value extends object>(): Column<Value> => ({
  write: (value) => JSON.stringify(value),
  read: (value) => JSON.parse(value as string) as Value,
});

/** A JSON array of acl items in their text form. */
export const acl: Column<readonly AclItem[]> = {
  write: (value) => JSON.stringify(value.map(formatAclItem)),
  read: (value) => (JSON.parse(value as string) as string[]).map(parseAclItem),
};

export const privilegeLetters: Column<readonly Privilege[]> = {
  write: formatPrivileges,
  read: (value) => (value as string).split('') as Privilege[],
};
