import { isUtf8 } from 'node:buffer';
import type { QueryRoom, ReadContext } from '../query/index.ts';
import type { Format, Formats, Oid } from '../wire/handler.ts';

interface Form {
  /** Bytes of the binary form; a number: exactly so many. */
  readonly binary: number | 'text';
  readonly text: RegExp;
}

const anything = /^/;
const texts: Form = { binary: 'text', text: anything };

/** Values that are certainly of their type. What does not look so may be all the same: PostgreSQL's own input function decides. Source: PostgreSQL 16, pg_type. */
const forms: ReadonlyMap<Oid, Form> = new Map<Oid, Form>([
  [16, { binary: 1, text: /^(?:t|f|true|false|1|0)$/ }],
  [19, texts],
  [20, { binary: 8, text: /^-?\d{1,18}$/ }],
  [21, { binary: 2, text: /^-?\d{1,4}$/ }],
  [23, { binary: 4, text: /^-?\d{1,9}$/ }],
  [25, texts],
  [26, { binary: 4, text: /^\d{1,9}$/ }],
  [700, { binary: 4, text: /^-?\d{1,9}$/ }],
  [701, { binary: 8, text: /^-?\d{1,15}(?:\.\d{1,15})?$/ }],
  [705, texts],
  [1042, texts],
  [1043, texts],
  [2950, { binary: 16, text: /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i }],
]);
/** A longer value is left to PostgreSQL: turning it into a string costs more than asking. */
const lookedAtBytesMax = 64;

/**
 * Reads the parameters of a Bind as PostgreSQL does: what cannot be read is an error then, not at Execute. Common values are recognised here; for the
 * others the engine is asked.
 * @throws PgError 22P02, 22P03, 22007 …
 */
export function checkParameters(
  query: QueryRoom,
  types: readonly Oid[],
  values: readonly (Uint8Array | null)[],
  formats: Formats,
  context: () => ReadContext | Promise<ReadContext>,
  signal: AbortSignal,
): Promise<void> | void {
  if (values.length === 0) return undefined;
  const formatAt = (index: number): Format =>
    (formats.parameters.length === 1 ? formats.parameters[0] : formats.parameters[index]) ?? 'text';
  const doubtful = values.flatMap((value, index) =>
    value === null || isReadable(value, types[index] ?? 0, formatAt(index))
      ? []
      : [{ value, type: types[index] ?? 0, format: formatAt(index) }],
  );
  return doubtful.length === 0 ? undefined : ask(query, doubtful, context, signal);
}

async function ask(
  query: QueryRoom,
  doubtful: readonly { readonly value: Uint8Array | null; readonly type: Oid; readonly format: Format }[],
  context: () => ReadContext | Promise<ReadContext>,
  signal: AbortSignal,
): Promise<void> {
  const text = `SELECT ${doubtful.map((_, index) => `$${index + 1}`).join(', ')}`;
  const parameters = {
    types: doubtful.map(({ type }) => type),
    values: doubtful.map(({ value }) => value),
    parameterFormats: doubtful.map(({ format }) => format),
    resultFormats: [],
  };
  const cursor = query.open({ text, offset0: 0, source: text }, parameters, await context());
  try {
    await cursor.fetch(0, false, { message: () => {} }, signal);
  } finally {
    cursor.close();
  }
}

function isReadable(value: Uint8Array, type: Oid, format: Format): boolean {
  const form = forms.get(type);
  if (form === undefined) return false;
  if (format === 'binary') {
    return form.binary === 'text' ? isUtf8(value) && !value.includes(0) : value.length === form.binary;
  }
  // Text in text was looked at by the protocol already.
  if (form.text === anything) return true;
  return value.length <= lookedAtBytesMax && form.text.test(Buffer.from(value).toString('latin1'));
}
