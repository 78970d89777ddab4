import type { ResultColumn } from '../exec/index.ts';
import type { Column } from '../wire/handler.ts';

const types: Readonly<Record<ResultColumn['type'], readonly [oid: number, size: number]>> = {
  text: [25, -1],
  int4: [23, 4],
  int8: [20, 8],
  float8: [701, 8],
  bool: [16, 1],
  timestamptz: [1184, 8],
};

/** Columns of our own rows as RowDescription wants them. Source: PostgreSQL 16, pg_type. */
export const toColumns = (columns: readonly ResultColumn[]): readonly Column[] =>
  columns.map(({ name, type }) => {
    const [oid, typeSize] = types[type];
    return { name, type: oid, typeSize, typeModifier: -1, tableOid: 0, columnNumber: 0 };
  });
