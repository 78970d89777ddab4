import { PgError } from '../../../errors/index.ts';
import type { Oid, Value } from '../../handler.ts';
import { BodyReader } from '../body-reader.ts';
import type { MessageWriter } from '../message-writer.ts';
import { invalidBinary, type TypeCodec } from './type-codec.ts';

/** PostgreSQL's MAXDIM. */
const dimensionsMax = 6;

/** The array type over an element type. Source: PostgreSQL 16 §8.15.6 (text), array_send (binary). */
export function arrayOf(element: TypeCodec, elementOid: Oid): TypeCodec {
  return {
    name: `${element.name}[]`,
    size: -1,
    text: (value) => arrayText(items(value), element),
    binary: (out, value) =>
      writeArray(out, typeof value === 'string' ? parseArray(value, element) : items(value), element, elementOid),
    fromText: (text) => parseArray(text, element),
    fromBinary: (bytes) => readArray(bytes, element),
  };
}

function items(value: Value): readonly Value[] {
  if (Array.isArray(value)) return value;
  throw new TypeError('an array type needs an array value');
}

function arrayText(values: readonly Value[], element: TypeCodec): string {
  return `{${values.map((value) => itemText(value, element)).join(',')}}`;
}

function itemText(value: Value, element: TypeCodec): string {
  if (value === null) return 'NULL';
  if (Array.isArray(value)) return arrayText(value, element);
  const text = typeof value === 'string' ? value : element.text(value);
  const plain = text !== '' && !/[\s{}",\\]/.test(text) && text.toLowerCase() !== 'null';
  return plain ? text : `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

function writeArray(out: MessageWriter, values: readonly Value[], element: TypeCodec, elementOid: Oid): void {
  const lengths = dimensions(values);
  const flat = flatten(values, lengths);
  out
    .int32(lengths.length)
    .int32(flat.includes(null) ? 1 : 0)
    .uint32(elementOid);
  for (const length of lengths) out.int32(length).int32(1);
  for (const value of flat) {
    if (value === null) out.int32(-1);
    else out.sized(() => element.binary(out, value));
  }
}

function dimensions(values: readonly Value[]): number[] {
  if (values.length === 0) return [];
  const first = values[0] ?? null;
  return Array.isArray(first) ? [values.length, ...dimensions(first)] : [values.length];
}

function flatten(values: readonly Value[], lengths: readonly number[]): Value[] {
  const [length, ...inner] = lengths;
  if (length !== undefined && values.length !== length) throw ragged();
  if (inner.length === 0) return [...values];
  return values.flatMap((value) => {
    if (!Array.isArray(value)) throw ragged();
    return flatten(value, inner);
  });
}

function ragged(): PgError {
  return malformed('', 'Multidimensional arrays must have sub-arrays with matching dimensions.');
}

function malformed(text: string, detail: string): PgError {
  return new PgError('invalid_text_representation', `malformed array literal: "${text}"`, { detail });
}

function readArray(bytes: Buffer, element: TypeCodec): Value {
  const reader = new BodyReader(bytes);
  const depth = reader.int32();
  reader.int32();
  reader.uint32();
  if (depth < 0 || depth > dimensionsMax) throw invalidBinary('array');
  const lengths = Array.from({ length: depth }, () => {
    const length = reader.int32();
    reader.int32();
    return length;
  });
  const count = lengths.reduce((product, length) => product * length, depth === 0 ? 0 : 1);
  if (lengths.some((length) => length < 0) || count * 4 > reader.remainingBytes) throw invalidBinary('array');
  const value = readDimension(reader, lengths, element);
  reader.end();
  return value;
}

function readDimension(reader: BodyReader, lengths: readonly number[], element: TypeCodec): readonly Value[] {
  const [length = 0, ...inner] = lengths;
  return Array.from({ length }, () => {
    if (inner.length > 0) return readDimension(reader, inner, element);
    const bytes = reader.int32();
    return bytes === -1 ? null : element.fromBinary(reader.bytes(bytes));
  });
}

function parseArray(text: string, element: TypeCodec): readonly Value[] {
  const parser = new ArrayText(text.trim().replace(/^(?:\[[^\]]*\])+=/, ''), element);
  return parser.whole();
}

/** Recursive descent over `{a,"b c",{…}}`; depth is limited, so that nesting cannot exhaust the stack. */
class ArrayText {
  readonly #text: string;
  readonly #element: TypeCodec;
  #offset = 0;

  constructor(text: string, element: TypeCodec) {
    this.#text = text;
    this.#element = element;
  }

  whole(): readonly Value[] {
    const value = this.#list(1);
    if (this.#offset !== this.#text.length) throw malformed(this.#text, 'Junk after closing right brace.');
    flatten(value, dimensions(value));
    return value;
  }

  #list(depth: number): Value[] {
    if (depth > dimensionsMax) {
      throw new PgError(
        'program_limit_exceeded',
        `number of array dimensions exceeds the maximum allowed (${dimensionsMax})`,
      );
    }
    this.#expect('{');
    const values: Value[] = [];
    if (this.#peek() === '}') {
      this.#offset += 1;
      return values;
    }
    for (;;) {
      values.push(this.#item(depth));
      if (this.#peek() === '}') break;
      this.#expect(',');
    }
    this.#offset += 1;
    return values;
  }

  #item(depth: number): Value {
    const next = this.#peek();
    if (next === '{') return this.#list(depth + 1);
    if (next === '"') return this.#element.fromText(this.#quoted());
    const bare = this.#text.slice(this.#offset, this.#bareEnd());
    this.#offset += bare.length;
    const word = bare.trimEnd();
    if (word === '') throw malformed(this.#text, 'Unexpected array element.');
    return word.toLowerCase() === 'null' ? null : this.#element.fromText(word.replaceAll(/\\(.)/gs, '$1'));
  }

  /** A bare element ends at the first delimiter that no backslash precedes. */
  #bareEnd(): number {
    let end = this.#offset;
    while (end < this.#text.length && !'{}",'.includes(this.#text[end] ?? '')) end += this.#text[end] === '\\' ? 2 : 1;
    return end;
  }

  #quoted(): string {
    let value = '';
    for (let index = this.#offset + 1; index < this.#text.length; index += 1) {
      const character = this.#text[index] ?? '';
      if (character === '"') {
        this.#offset = index + 1;
        return value;
      }
      if (character === '\\') index += 1;
      value += this.#text[index] ?? '';
    }
    throw malformed(this.#text, 'Unexpected end of input.');
  }

  #expect(character: string): void {
    if (this.#peek() !== character) throw malformed(this.#text, `Unexpected array element; expected "${character}".`);
    this.#offset += 1;
  }

  #peek(): string {
    while (/\s/.test(this.#text[this.#offset] ?? '')) this.#offset += 1;
    return this.#text[this.#offset] ?? '';
  }
}
