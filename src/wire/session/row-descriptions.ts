import { MessageWriter, rowDescription } from '../codec/index.ts';
import type { Column, Format } from '../handler.ts';

/** In text, by the columns that they describe: all sessions share the columns of a statement that is often prepared. */
const inText = new WeakMap<readonly Column[], Uint8Array>();

/** RowDescription of a prepared statement or of a portal; `formats` as Bind gave them. */
export function describeRows(out: MessageWriter, columns: readonly Column[], formats: readonly Format[]): void {
  if (formats.includes('binary')) rowDescription(out, columns, formats);
  else out.bytes(inText.get(columns) ?? madeInText(columns));
}

function madeInText(columns: readonly Column[]): Uint8Array {
  const writer = new MessageWriter();
  rowDescription(writer, columns, []);
  const made = Uint8Array.from(writer.take());
  inText.set(columns, made);
  return made;
}
