/** The columns of mz_catalog.mz_connections with their types, as PostgreSQL names them. */
export const columns = [
  ['id', 'text'],
  ['oid', 'oid'],
  ['schema_id', 'text'],
  ['name', 'text'],
  ['type', 'text'],
  ['owner_id', 'text'],
  ['privileges', '_text'],
  ['create_sql', 'text'],
  ['redacted_create_sql', 'text'],
] as const;

export const columnNames = columns.map(([name]) => name);

/** With other names for some types. */
export const columnsWith = (names: Readonly<Record<string, string>>): readonly (readonly [string, string])[] =>
  columns.map(([name, type]) => [name, names[type] ?? type]);

/** Of the relation, as COMMENT has it. */
export const comment = 'One row for each connection.';
