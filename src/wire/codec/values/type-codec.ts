import { PgError } from '../../../errors/index.ts';
import type { Value } from '../../handler.ts';
import type { MessageWriter } from '../message-writer.ts';

/** How values of one type are written and read. Texts are PostgreSQL's text format, also where a value is given as a string. */
export interface TypeCodec {
  /** As in PostgreSQL's messages: `integer`, `timestamp with time zone`. */
  readonly name: string;
  /** Bytes of a value in pg_type.typlen; -1: variable. */
  readonly size: number;
  /** The text form of a value; strings are taken as they are before this is asked. */
  text(value: Value): string;
  /** Binary form without its length. */
  binary(out: MessageWriter, value: Value): void;
  /** @throws PgError 22P02, 22003 */
  fromText(text: string): Value;
  /** @throws PgError 22P03, 22021 */
  fromBinary(bytes: Buffer): Value;
}

/** The text of a value that is written as it is. @throws TypeError for a value of another shape: a mistake of our own rows. */
export function primitiveText(value: Value): string {
  if (typeof value === 'object') throw new TypeError('a plain value is needed here');
  return String(value);
}

/** 22P02. */
export function invalidText(typeName: string, text: string): PgError {
  return new PgError('invalid_text_representation', `invalid input syntax for type ${typeName}: "${text}"`);
}

/** 22003. */
export function outOfRange(typeName: string, text: string): PgError {
  return new PgError('numeric_value_out_of_range', `value "${text}" is out of range for type ${typeName}`);
}

/** 22P03. */
export function invalidBinary(typeName: string): PgError {
  return new PgError('invalid_binary_representation', `incorrect binary data format for type ${typeName}`);
}

/** @throws PgError 22P03 unless `bytes` has exactly `size` bytes. */
export function checkSize(bytes: Buffer, size: number, typeName: string): void {
  if (bytes.length !== size) throw invalidBinary(typeName);
}
