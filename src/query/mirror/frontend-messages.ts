/** Messages from a client to an engine. Source: PostgreSQL 16 §55.7. */

const encoder = new TextEncoder();

type Format = 'text' | 'binary';
type Part = Uint8Array | string | number | { readonly int16: number };

/** One message: its type byte, its length, then the parts: numbers as Int32, texts with their closing NUL. */
function message(type: string, parts: readonly Part[]): Uint8Array {
  const chunks = parts.map(bytesOf);
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 4);
  const bytes = new Uint8Array(length + 1);
  bytes[0] = type.charCodeAt(0);
  new DataView(bytes.buffer).setInt32(1, length);
  let offset = 5;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

function bytesOf(part: Part): Uint8Array {
  if (part instanceof Uint8Array) return part;
  if (typeof part === 'string') return encoder.encode(`${part}\0`);
  const bytes = new Uint8Array(typeof part === 'number' ? 4 : 2);
  const view = new DataView(bytes.buffer);
  if (typeof part === 'number') view.setUint32(0, part);
  else view.setUint16(0, part.int16);
  return bytes;
}

export const simpleQuery = (text: string): Uint8Array => message('Q', [text]);

export const parse = (name: string, text: string, types: readonly number[]): Uint8Array =>
  message('P', [name, text, { int16: types.length }, ...types]);

export function bind(
  statement: string,
  values: readonly (Uint8Array | null)[],
  parameterFormats: readonly Format[],
  resultFormats: readonly Format[],
): Uint8Array {
  const formats = (list: readonly Format[]): readonly Part[] => [
    { int16: list.length },
    ...list.map((format) => ({ int16: format === 'binary' ? 1 : 0 })),
  ];
  const parameters = values.flatMap((value): readonly Part[] =>
    value === null ? [0xffffffff] : [value.length, value],
  );
  return message('B', [
    '',
    statement,
    ...formats(parameterFormats),
    { int16: values.length },
    ...parameters,
    ...formats(resultFormats),
  ]);
}

export const describe = (what: 'S' | 'P', name: string): Uint8Array => message('D', [encoder.encode(what), name]);
/** All rows of the unnamed portal. */
export const execute = (): Uint8Array => message('E', ['', 0]);
export const closeStatement = (name: string): Uint8Array => message('C', [encoder.encode('S'), name]);
export const sync = (): Uint8Array => message('S', []);

export function concatenate(messages: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(messages.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of messages) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

export const textBytes = (text: string): Uint8Array => encoder.encode(text);
