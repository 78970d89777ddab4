import type { Format } from '../handler.ts';

/** The format of one column or parameter among what Bind gave: none (text), one for all, or one each. */
export function formatAt(formats: readonly Format[], index: number): Format {
  return (formats.length === 1 ? formats[0] : formats[index]) ?? 'text';
}
