import { setImmediate as othersFirst } from 'node:timers/promises';
import { queryCancelled } from '../errors/index.ts';
import type { LiveRow } from './contract.ts';
import type { Stop } from './stop.ts';

/** How long rows are made before everybody else gets the event loop. */
const sliceMs = 10;
/** Looking at the clock costs more than a small row. */
const looksEvery = 16;

const encoder = new TextEncoder();

/** Rows as a JSON array, in slices: there may be one for each of ten thousand connections. @throws PgError 57014 when stopped. */
export async function encodeRows(rows: Iterable<LiveRow>, stop: Stop): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let texts: string[] = [];
  let opening = '[';
  const finishPart = (closing: string): void => {
    parts.push(encoder.encode(`${opening}${texts.join()}${closing}`));
    texts = [];
    opening = ',';
  };
  let sliceEndsMs = performance.now() + sliceMs;
  for (const row of rows) {
    texts.push(JSON.stringify(row));
    if (texts.length % looksEvery !== 0 || performance.now() < sliceEndsMs) continue;
    finishPart('');
    await othersFirst();
    if (stop.stopped) throw queryCancelled();
    sliceEndsMs = performance.now() + sliceMs;
  }
  // A slice may have ended with the last row.
  if (texts.length === 0 && parts.length > 0) opening = '';
  finishPart(']');
  return Buffer.concat(parts);
}
