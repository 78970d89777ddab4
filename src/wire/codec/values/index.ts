import { PgError } from '../../../errors/index.ts';
import type { Column, Format, Oid, Value } from '../../handler.ts';
import { checkText } from '../body-reader.ts';
import type { MessageWriter } from '../message-writer.ts';
import { arrayOf } from './arrays.ts';
import { float4, float8, int2, int4, int8, oid } from './numbers.ts';
import { numeric } from './numeric.ts';
import * as texts from './texts.ts';
import * as times from './times.ts';
import type { TypeCodec } from './type-codec.ts';

/** Oids of the types that our own rows use. Source: PostgreSQL 16, pg_type.dat. */
export const typeOids = {
  bool: 16,
  bytea: 17,
  char: 18,
  name: 19,
  int8: 20,
  int2: 21,
  int4: 23,
  text: 25,
  oid: 26,
  json: 114,
  float4: 700,
  float8: 701,
  unknown: 705,
  bpchar: 1042,
  varchar: 1043,
  date: 1082,
  timestamp: 1114,
  timestamptz: 1184,
  numeric: 1700,
  uuid: 2950,
  jsonb: 3802,
} as const;

const scalars: readonly (readonly [scalar: Oid, array: Oid, codec: TypeCodec])[] = [
  [typeOids.bool, 1000, texts.bool],
  [typeOids.bytea, 1001, texts.bytea],
  [typeOids.char, 1002, texts.internalChar],
  [typeOids.name, 1003, texts.name],
  [typeOids.int8, 1016, int8],
  [typeOids.int2, 1005, int2],
  [typeOids.int4, 1007, int4],
  [typeOids.text, 1009, texts.text],
  [typeOids.oid, 1028, oid],
  [typeOids.json, 199, texts.json],
  [typeOids.float4, 1021, float4],
  [typeOids.float8, 1022, float8],
  [typeOids.bpchar, 1014, texts.bpchar],
  [typeOids.varchar, 1015, texts.varchar],
  [typeOids.date, 1182, times.date],
  [typeOids.timestamp, 1115, times.timestampWithoutZone],
  [typeOids.timestamptz, 1185, times.timestamptz],
  [typeOids.numeric, 1231, numeric],
  [typeOids.uuid, 2951, texts.uuid],
  [typeOids.jsonb, 3807, texts.jsonb],
];

const codecs: ReadonlyMap<Oid, TypeCodec> = new Map([
  [typeOids.unknown, texts.unknown],
  ...scalars.map(([scalar, , codec]) => [scalar, codec] as const),
  ...scalars.map(([scalar, array, codec]) => [array, arrayOf(codec, scalar)] as const),
]);

/** The array type of an element type, for our own columns. @throws PgError 42704 for a type this server does not write itself. */
export function arrayTypeOf(scalar: Oid): Oid {
  const found = scalars.find(([element]) => element === scalar);
  if (found === undefined) throw new PgError('undefined_object', `type ${scalar} has no array type here`);
  return found[1];
}

/** A column of our own rows, not of a table. */
export function columnOf(name: string, type: Oid): Column {
  return { name, type, typeSize: codecs.get(type)?.size ?? -1, typeModifier: -1, tableOid: 0, columnNumber: 0 };
}

/** Writes one field of a DataRow: its length and its bytes. @throws PgError 42883 for binary output of a type that has none here. */
export function writeField(out: MessageWriter, value: Value, type: Oid, format: Format): void {
  if (value === null) out.int32(-1);
  else if (format === 'binary') out.sized(() => binaryCodec(type, 'output').binary(out, value));
  else if (typeof value === 'string') out.sizedText(value);
  else out.sizedText((codecs.get(type) ?? texts.text).text(value));
}

/**
 * Reads a bound parameter. Types that are not known here come as text.
 * @throws PgError 22P02, 22003, 22P03, 22021; 42883 for binary input of a type that has none here.
 */
export function decodeValue(bytes: Uint8Array | null, type: Oid, format: Format): Value {
  if (bytes === null) return null;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (format === 'binary') return binaryCodec(type, 'input').fromBinary(buffer);
  checkText(buffer);
  return (codecs.get(type) ?? texts.text).fromText(buffer.toString('utf8'));
}

function binaryCodec(type: Oid, direction: 'input' | 'output'): TypeCodec {
  const codec = codecs.get(type);
  if (codec !== undefined) return codec;
  throw new PgError('undefined_function', `no binary ${direction} function available for type ${type}`);
}
