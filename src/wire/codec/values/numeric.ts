import type { MessageWriter } from '../message-writer.ts';
import { invalidBinary, invalidText, primitiveText, type TypeCodec } from './type-codec.ts';

/** Base-10000 digits as numeric's binary form has them. Source: PostgreSQL 16, numeric_send. */
interface Digits {
  readonly sign: number;
  /** Power of 10000 of the first digit. */
  readonly weight: number;
  readonly scale: number;
  readonly digits: readonly number[];
}

const signs = { positive: 0x0000, negative: 0x4000, nan: 0xc000, plusInfinity: 0xd000, minusInfinity: 0xf000 };
const specials: ReadonlyMap<string, number> = new Map([
  ['nan', signs.nan],
  ['infinity', signs.plusInfinity],
  ['-infinity', signs.minusInfinity],
]);

export const numeric: TypeCodec = {
  name: 'numeric',
  size: -1,
  text: (value) => plain(primitiveText(value)),
  binary: (out, value) => writeDigits(out, toDigits(plain(primitiveText(value)))),
  fromText: plain,
  fromBinary: (bytes) => fromDigits(readDigits(bytes)),
};

/** Checks a numeric's text and writes an exponent out. */
function plain(text: string): string {
  const trimmed = text.trim();
  if (specials.has(trimmed.toLowerCase())) return trimmed;
  const match = /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d{1,4}))?$/i.exec(trimmed);
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match ?? [];
  if (match === null || whole + fraction === '') throw invalidText('numeric', text);
  const shift = Number(exponent);
  const all = whole + fraction;
  const point = whole.length + shift;
  const padded = point <= 0 ? '0'.repeat(1 - point) + all : all.padEnd(point, '0');
  const at = Math.max(point, 1);
  const head = padded.slice(0, at).replace(/^0+(?=\d)/, '');
  const tail = padded.slice(at);
  return `${sign === '-' ? '-' : ''}${head}${tail === '' ? '' : `.${tail}`}`;
}

function toDigits(text: string): Digits {
  const special = specials.get(text.toLowerCase());
  if (special !== undefined) return { sign: special, weight: 0, scale: 0, digits: [] };
  const [whole = '0', fraction = ''] = text.replace('-', '').split('.');
  const groups =
    whole.padStart(Math.ceil(whole.length / 4) * 4, '0') + fraction.padEnd(Math.ceil(fraction.length / 4) * 4, '0');
  const digits = (groups.match(/\d{4}/g) ?? []).map(Number);
  let weight = Math.ceil(whole.length / 4) - 1;
  while (digits[0] === 0) {
    digits.shift();
    weight -= 1;
  }
  while (digits.at(-1) === 0) digits.pop();
  const sign = text.startsWith('-') && digits.length > 0 ? signs.negative : signs.positive;
  return { sign, weight: digits.length === 0 ? 0 : weight, scale: fraction.length, digits };
}

function fromDigits({ sign, weight, scale, digits }: Digits): string {
  const special = [...specials].find(([, code]) => code === sign)?.[0];
  if (special !== undefined) return special === 'nan' ? 'NaN' : special.replace('i', 'I');
  const group = (power: number): string => String(digits[weight - power] ?? 0).padStart(4, '0');
  let whole = '';
  for (let power = weight; power >= 0; power -= 1) whole += group(power);
  let fraction = '';
  for (let power = -1; fraction.length < scale; power -= 1) fraction += group(power);
  const head = whole.replace(/^0+(?=\d)/, '') || '0';
  return `${sign === signs.negative ? '-' : ''}${head}${scale === 0 ? '' : `.${fraction.slice(0, scale)}`}`;
}

function writeDigits(out: MessageWriter, value: Digits): void {
  out.int16(value.digits.length).int16(value.weight).uint16(value.sign).int16(value.scale);
  for (const digit of value.digits) out.int16(digit);
}

function readDigits(bytes: Buffer): Digits {
  if (bytes.length < 8) throw invalidBinary('numeric');
  const count = bytes.readUInt16BE(0);
  const scale = bytes.readUInt16BE(6);
  if (bytes.length !== 8 + 2 * count || scale > 0x3fff) throw invalidBinary('numeric');
  const digits = Array.from({ length: count }, (_, index) => bytes.readUInt16BE(8 + 2 * index));
  if (digits.some((digit) => digit > 9999)) throw invalidBinary('numeric');
  return { sign: bytes.readUInt16BE(4), weight: bytes.readInt16BE(2), scale, digits };
}
