import { PgError } from '../../../errors/index.ts';
import type { Value } from '../../handler.ts';
import { checkText } from '../body-reader.ts';
import { checkSize, invalidBinary, invalidText, primitiveText, type TypeCodec } from './type-codec.ts';

function textual(name: string, size = -1): TypeCodec {
  return {
    name,
    size,
    text: plainText,
    binary: (out, value) => out.text(plainText(value)),
    fromText: (text) => text,
    fromBinary: readText,
  };
}

function plainText(value: Value): string {
  return typeof value === 'object' ? jsonText(value) : String(value);
}

function readText(bytes: Buffer): string {
  checkText(bytes);
  return bytes.toString('utf8');
}

export const text = textual('text');
export const varchar = textual('character varying');
export const bpchar = textual('character');
export const name = textual('name', 64);
export const unknown = textual('unknown', -2);
export const internalChar = textual('"char"', 1);

const truths = ['t', 'tr', 'tru', 'true', 'y', 'ye', 'yes', 'on', '1'];
const untruths = ['f', 'fa', 'fal', 'fals', 'false', 'n', 'no', 'of', 'off', '0'];

export const bool: TypeCodec = {
  name: 'boolean',
  size: 1,
  text: (value) => (value === true ? 't' : 'f'),
  binary: (out, value) => out.uint8((typeof value === 'string' ? parseBool(value) : value === true) ? 1 : 0),
  fromText: parseBool,
  fromBinary: (bytes) => {
    checkSize(bytes, 1, 'boolean');
    return bytes[0] !== 0;
  },
};

function parseBool(value: string): boolean {
  const word = value.trim().toLowerCase();
  if (truths.includes(word)) return true;
  if (untruths.includes(word)) return false;
  throw invalidText('boolean', value);
}

export const bytea: TypeCodec = {
  name: 'bytea',
  size: -1,
  text: (value) => `\\x${toBytes(value).toString('hex')}`,
  binary: (out, value) => out.bytes(toBytes(value)),
  fromText: parseBytea,
  fromBinary: (bytes) => bytes,
};

function toBytes(value: Value): Buffer {
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return parseBytea(primitiveText(value));
}

function parseBytea(value: string): Buffer {
  if (value.startsWith('\\x')) {
    const hex = value.slice(2).replaceAll(/\s/g, '');
    if (hex.length % 2 !== 0) {
      throw new PgError('invalid_parameter_value', 'invalid hexadecimal data: odd number of digits');
    }
    if (!/^[0-9a-fA-F]*$/.test(hex)) throw invalidText('bytea', value);
    return Buffer.from(hex, 'hex');
  }
  const escaped = Buffer.from(value, 'utf8').toString('latin1');
  if (/\\(?!\\|[0-3][0-7]{2})/.test(escaped.replaceAll('\\\\', ''))) throw invalidText('bytea', value);
  const plain = escaped.replaceAll(/\\(\\|[0-3][0-7]{2})/g, (_, code: string) =>
    code === '\\' ? '\\' : String.fromCharCode(Number.parseInt(code, 8)),
  );
  return Buffer.from(plain, 'latin1');
}

export const uuid: TypeCodec = {
  name: 'uuid',
  size: 16,
  text: (value) => primitiveText(value),
  binary: (out, value) => out.bytes(Buffer.from(parseUuid(primitiveText(value)).replaceAll('-', ''), 'hex')),
  fromText: parseUuid,
  fromBinary: (bytes) => {
    checkSize(bytes, 16, 'uuid');
    return parseUuid(bytes.toString('hex'));
  },
};

function parseUuid(value: string): string {
  const hex = value
    .trim()
    .toLowerCase()
    .replace(/^\{(.*)\}$/, '$1')
    .replaceAll('-', '');
  if (!/^[0-9a-f]{32}$/.test(hex)) throw invalidText('uuid', value);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function jsonText(value: Value): string {
  if (typeof value === 'string') return value;
  const json = typeof value === 'object' && value !== null && 'json' in value ? value.json : value;
  return JSON.stringify(json, (_, item: unknown) => (typeof item === 'bigint' ? Number(item) : item)) ?? 'null';
}

function parseJson(value: string, typeName: string): Value {
  try {
    return { json: JSON.parse(value) };
  } catch {
    throw new PgError('invalid_text_representation', `invalid input syntax for type ${typeName}`);
  }
}

export const json: TypeCodec = {
  name: 'json',
  size: -1,
  text: jsonText,
  binary: (out, value) => out.text(jsonText(value)),
  fromText: (value) => parseJson(value, 'json'),
  fromBinary: (bytes) => parseJson(readText(bytes), 'json'),
};

/** As json, behind a version byte in the binary format. */
export const jsonb: TypeCodec = {
  name: 'jsonb',
  size: -1,
  text: jsonText,
  binary: (out, value) => out.uint8(1).text(jsonText(value)),
  fromText: (value) => parseJson(value, 'jsonb'),
  fromBinary: (bytes) => {
    if (bytes[0] !== 1) throw invalidBinary('jsonb');
    return parseJson(readText(bytes.subarray(1)), 'jsonb');
  },
};
