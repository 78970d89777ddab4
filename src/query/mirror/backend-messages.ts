import type { ReadColumn } from '../contract.ts';
import { concatenate } from './frontend-messages.ts';

/** Messages from an engine to a client. Source: PostgreSQL 16 §55.7. */

const decoder = new TextDecoder();

const dataRow = 'D'.charCodeAt(0);

/**
 * Cuts a stream of chunks into whole messages. DataRows that follow one another stay in one piece: they are passed on
 * together. What arrives whole in one chunk is a view of it, not a copy.
 */
export class MessageCutter {
  /** Of the message that began in earlier chunks. */
  #rest: Uint8Array[] = [];
  #restLength = 0;

  push(chunk: Uint8Array): Uint8Array[] {
    const messages: Uint8Array[] = [];
    let offset = this.#finishRest(chunk, messages);
    let rowsFrom = offset;
    while (chunk.length - offset >= 5) {
      const end = offset + 1 + readInt32(chunk, offset + 1);
      if (end > chunk.length) break;
      if (chunk[offset] !== dataRow) {
        if (rowsFrom < offset) messages.push(chunk.subarray(rowsFrom, offset));
        messages.push(chunk.subarray(offset, end));
        rowsFrom = end;
      }
      offset = end;
    }
    if (rowsFrom < offset) messages.push(chunk.subarray(rowsFrom, offset));
    if (offset < chunk.length) this.#keep(chunk.subarray(offset));
    return messages;
  }

  /** Completes the message that is under way, which alone is copied; where the next one begins in `chunk`. */
  #finishRest(chunk: Uint8Array, messages: Uint8Array[]): number {
    if (this.#restLength === 0) return 0;
    const heading = this.#restLength < 5 ? Math.min(5 - this.#restLength, chunk.length) : 0;
    if (heading > 0) this.#keep(chunk.subarray(0, heading));
    if (this.#restLength < 5) return heading;
    const missing = 1 + this.#lengthOfRest() - this.#restLength;
    const end = Math.min(heading + missing, chunk.length);
    if (end > heading) this.#keep(chunk.subarray(heading, end));
    if (end < heading + missing) return end;
    messages.push(this.#joined());
    return end;
  }

  #keep(bytes: Uint8Array): void {
    this.#rest.push(bytes);
    this.#restLength += bytes.length;
  }

  #lengthOfRest(): number {
    const [first] = this.#rest;
    if (first !== undefined && first.length >= 5) return readInt32(first, 1);
    const heading = this.#joined();
    this.#keep(heading);
    return readInt32(heading, 1);
  }

  #joined(): Uint8Array {
    const joined = concatenate(this.#rest);
    this.#rest = [];
    this.#restLength = 0;
    return joined;
  }
}

/** The messages that stand in one piece, one by one. */
export function* eachMessage(bytes: Uint8Array): Generator<Uint8Array> {
  for (let offset = 0; offset < bytes.length; ) {
    const end = offset + 1 + readInt32(bytes, offset + 1);
    yield bytes.subarray(offset, end);
    offset = end;
  }
}

/** Of the first message in `message`. */
export const messageType = (message: Uint8Array): string => String.fromCharCode(message[0] ?? 0);

function readInt32(bytes: Uint8Array, offset: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = [bytes[offset], bytes[offset + 1], bytes[offset + 2], bytes[offset + 3]];
  return (a << 24) | (b << 16) | (c << 8) | d;
}

/** The fields of ErrorResponse and NoticeResponse by their letters. */
export function readFields(message: Uint8Array): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  let offset = 5;
  while (offset < message.length && message[offset] !== 0) {
    const end = message.indexOf(0, offset + 1);
    fields.set(String.fromCharCode(message[offset] ?? 0), decoder.decode(message.subarray(offset + 1, end)));
    offset = end + 1;
  }
  return fields;
}

/** The tag of CommandComplete. */
export const readTag = (message: Uint8Array): string => decoder.decode(message.subarray(5, message.length - 1));

/** ParameterDescription. */
export function readParameterTypes(message: Uint8Array): readonly number[] {
  const view = new DataView(message.buffer, message.byteOffset, message.length);
  return Array.from({ length: view.getUint16(5) }, (_, index) => view.getUint32(7 + 4 * index));
}

/** RowDescription. */
export function readColumns(message: Uint8Array): readonly ReadColumn[] {
  const view = new DataView(message.buffer, message.byteOffset, message.length);
  const columns: ReadColumn[] = [];
  let offset = 7;
  for (let index = 0; index < view.getUint16(5); index += 1) {
    const end = message.indexOf(0, offset);
    columns.push({
      name: decoder.decode(message.subarray(offset, end)),
      tableOid: view.getUint32(end + 1),
      columnNumber: view.getInt16(end + 5),
      type: view.getUint32(end + 7),
      typeSize: view.getInt16(end + 11),
      typeModifier: view.getInt32(end + 13),
    });
    offset = end + 19;
  }
  return columns;
}

/** The values of a DataRow in text format. For our own questions to an engine. */
export function readTextRow(message: Uint8Array): readonly (string | null)[] {
  const view = new DataView(message.buffer, message.byteOffset, message.length);
  const values: (string | null)[] = [];
  let offset = 7;
  for (let index = 0; index < view.getUint16(5); index += 1) {
    const length = view.getInt32(offset);
    offset += 4;
    values.push(length < 0 ? null : decoder.decode(message.subarray(offset, offset + length)));
    if (length > 0) offset += length;
  }
  return values;
}
