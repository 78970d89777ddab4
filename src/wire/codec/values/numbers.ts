import type { Value } from '../../handler.ts';
import type { MessageWriter } from '../message-writer.ts';
import { checkSize, invalidText, outOfRange, primitiveText, type TypeCodec } from './type-codec.ts';

interface IntegerShape {
  readonly name: string;
  readonly size: number;
  readonly lowest: bigint;
  readonly highest: bigint;
  readonly write: (out: MessageWriter, value: bigint) => void;
  readonly read: (bytes: Buffer) => Value;
}

function integer(shape: IntegerShape): TypeCodec {
  const parse = (text: string): bigint => {
    const digits = text.trim();
    if (!/^[+-]?\d+$/.test(digits)) throw invalidText(shape.name, text);
    return checked(BigInt(digits), digits);
  };
  const checked = (value: bigint, text: string): bigint => {
    if (value < shape.lowest || value > shape.highest) throw outOfRange(shape.name, text);
    return value;
  };
  return {
    name: shape.name,
    size: shape.size,
    text: (value) => primitiveText(value),
    binary: (out, value) => shape.write(out, parse(primitiveText(value))),
    fromText: (text) => (shape.size === 8 ? parse(text) : Number(parse(text))),
    fromBinary: (bytes) => {
      checkSize(bytes, shape.size, shape.name);
      return shape.read(bytes);
    },
  };
}

export const int2 = integer({
  name: 'smallint',
  size: 2,
  lowest: -0x8000n,
  highest: 0x7fffn,
  write: (out, value) => out.int16(Number(value)),
  read: (bytes) => bytes.readInt16BE(0),
});

export const int4 = integer({
  name: 'integer',
  size: 4,
  lowest: -0x8000_0000n,
  highest: 0x7fff_ffffn,
  write: (out, value) => out.int32(Number(value)),
  read: (bytes) => bytes.readInt32BE(0),
});

export const int8 = integer({
  name: 'bigint',
  size: 8,
  lowest: -0x8000_0000_0000_0000n,
  highest: 0x7fff_ffff_ffff_ffffn,
  write: (out, value) => out.int64(value),
  read: (bytes) => bytes.readBigInt64BE(0),
});

export const oid = integer({
  name: 'oid',
  size: 4,
  lowest: 0n,
  highest: 0xffff_ffffn,
  write: (out, value) => out.uint32(Number(value)),
  read: (bytes) => bytes.readUInt32BE(0),
});

interface FloatShape {
  readonly name: string;
  readonly size: 4 | 8;
  /** Decimal exponent from which PostgreSQL prints the scientific form. */
  readonly scientificFrom: number;
  readonly shortest: (value: number) => string;
  readonly round: (value: number) => number;
}

function float(shape: FloatShape): TypeCodec {
  const parse = (text: string): number => {
    const trimmed = text.trim();
    const special = specialFloats.get(trimmed.toLowerCase());
    if (special !== undefined) return special;
    if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed)) throw invalidText(shape.name, text);
    const value = shape.round(Number(trimmed));
    if (!Number.isFinite(value)) throw outOfRange(shape.name, trimmed);
    return value;
  };
  return {
    name: shape.name,
    size: shape.size,
    text: (value) => floatText(shape.round(Number(value)), shape),
    binary: (out, value) => {
      const number = typeof value === 'string' ? parse(value) : Number(value);
      if (shape.size === 4) out.float32(number);
      else out.float64(number);
    },
    fromText: parse,
    fromBinary: (bytes) => {
      checkSize(bytes, shape.size, shape.name);
      return shape.size === 4 ? bytes.readFloatBE(0) : bytes.readDoubleBE(0);
    },
  };
}

const specialFloats: ReadonlyMap<string, number> = new Map([
  ['nan', Number.NaN],
  ['infinity', Number.POSITIVE_INFINITY],
  ['inf', Number.POSITIVE_INFINITY],
  ['+infinity', Number.POSITIVE_INFINITY],
  ['-infinity', Number.NEGATIVE_INFINITY],
  ['-inf', Number.NEGATIVE_INFINITY],
]);

/** The shortest digits that read back as the same value, laid out as PostgreSQL does since version 12. */
function floatText(value: number, shape: FloatShape): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [mantissa = '0', power = '0'] = shape.shortest(value).split('e');
  const exponent = Number(power);
  if (exponent < -4 || exponent >= shape.scientificFrom) {
    return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  return plainDigits(mantissa, exponent);
}

function plainDigits(mantissa: string, exponent: number): string {
  const sign = mantissa.startsWith('-') ? '-' : '';
  const digits = mantissa.replace('-', '').replace('.', '');
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const fraction = digits.slice(exponent + 1);
  return fraction === '' ? `${sign}${whole}` : `${sign}${whole}.${fraction}`;
}

function shortestFloat4(value: number): string {
  for (let digits = 0; digits < 8; digits += 1) {
    const text = value.toExponential(digits);
    if (Math.fround(Number(text)) === value) return text;
  }
  return value.toExponential(8);
}

export const float4 = float({
  name: 'real',
  size: 4,
  scientificFrom: 6,
  shortest: shortestFloat4,
  round: Math.fround,
});

export const float8 = float({
  name: 'double precision',
  size: 8,
  scientificFrom: 15,
  shortest: (value) => value.toExponential(),
  round: (value) => value,
});
