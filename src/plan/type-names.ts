/** Oids of the types that parameters of PREPARE may be declared with. Source: PostgreSQL 16, pg_type. */
const oids: Readonly<Record<string, number>> = {
  bool: 16,
  boolean: 16,
  bytea: 17,
  char: 18,
  name: 19,
  int8: 20,
  bigint: 20,
  int2: 21,
  smallint: 21,
  int4: 23,
  int: 23,
  integer: 23,
  regproc: 24,
  text: 25,
  string: 25,
  oid: 26,
  json: 114,
  float4: 700,
  real: 700,
  float8: 701,
  float: 701,
  'double precision': 701,
  unknown: 705,
  bpchar: 1042,
  character: 1042,
  varchar: 1043,
  'character varying': 1043,
  date: 1082,
  time: 1083,
  'time without time zone': 1083,
  timestamp: 1114,
  'timestamp without time zone': 1114,
  timestamptz: 1184,
  'timestamp with time zone': 1184,
  interval: 1186,
  numeric: 1700,
  decimal: 1700,
  dec: 1700,
  regclass: 2205,
  regtype: 2206,
  uuid: 2950,
  jsonb: 3802,
};

const arrays: Readonly<Record<number, number>> = {
  16: 1000,
  17: 1001,
  18: 1002,
  19: 1003,
  20: 1016,
  21: 1005,
  23: 1007,
  25: 1009,
  26: 1028,
  114: 199,
  700: 1021,
  701: 1022,
  1042: 1014,
  1043: 1015,
  1082: 1182,
  1083: 1183,
  1114: 1115,
  1184: 1185,
  1186: 1187,
  1700: 1231,
  2950: 2951,
  3802: 3807,
};

/** The oid of a written type, `int4`, `varchar(10)`, `text[]`; undefined when there is none. */
export function typeOid(written: string): number | undefined {
  const isArray = /\[\s*\d*\s*\]\s*$/.test(written);
  const base = written
    .replace(/(\[\s*\d*\s*\]\s*)+$/, '')
    .replace(/\([^)]*\)/, '')
    .replace(/^pg_catalog\./i, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  const oid = Object.hasOwn(oids, base.toLowerCase()) ? oids[base.toLowerCase()] : undefined;
  return oid === undefined || !isArray ? oid : arrays[oid];
}
