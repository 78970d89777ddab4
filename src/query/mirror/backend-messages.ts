import type { ReadColumn } from '../contract.ts';

/** Messages from an engine to a client. Source: PostgreSQL 16 §55.7. */

const decoder = new TextDecoder();

const dataRow = 'D'.charCodeAt(0);

/**
 * Cuts a stream of chunks into whole messages. DataRows that follow one another stay in one piece: they are passed on
 * together. What arrives in one chunk is a view of it, not a copy.
 */
export class MessageCutter {
  #rest: Uint8Array[] = [];
  #restLength = 0;

  push(chunk: Uint8Array): Uint8Array[] {
    const bytes = this.#withRest(chunk);
    const messages: Uint8Array[] = [];
    let offset = 0;
    let rowsFrom = 0;
    while (bytes.length - offset >= 5) {
      const end = offset + 1 + readInt32(bytes, offset + 1);
      if (end > bytes.length) break;
      if (bytes[offset] !== dataRow) {
        if (rowsFrom < offset) messages.push(bytes.subarray(rowsFrom, offset));
        messages.push(bytes.subarray(offset, end));
        rowsFrom = end;
      }
      offset = end;
    }
    if (rowsFrom < offset) messages.push(bytes.subarray(rowsFrom, offset));
    if (offset < bytes.length) {
      this.#rest = [bytes.subarray(offset)];
      this.#restLength = bytes.length - offset;
    }
    return messages;
  }

  /** Joins only when the message at the front is complete, so that a large row is copied once, not once a chunk. */
  #withRest(chunk: Uint8Array): Uint8Array {
    if (this.#rest.length === 0) return chunk;
    this.#rest.push(chunk);
    this.#restLength += chunk.length;
    const [first] = this.#rest;
    const wanted = first !== undefined && first.length >= 5 ? 1 + readInt32(first, 1) : 0;
    if (this.#restLength < wanted) return new Uint8Array(0);
    const joined = new Uint8Array(this.#restLength);
    let offset = 0;
    for (const part of this.#rest) {
      joined.set(part, offset);
      offset += part.length;
    }
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
