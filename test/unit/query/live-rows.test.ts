import { describe, expect, it } from 'vitest';
import { encodeRows } from '../../../src/query/live-rows.ts';
import { Stop } from '../../../src/query/stop.ts';

const decode = (bytes: Uint8Array): unknown => JSON.parse(new TextDecoder().decode(bytes));
const running = new Stop();

/** Rows that take a millisecond each. */
function* slowRows(count: number) {
  for (let id = 0; id < count; id += 1) {
    const endMs = performance.now() + 1;
    while (performance.now() < endMs);
    yield { id, text: `ä"'\\${id}` };
  }
}

describe('rows of a live relation', () => {
  it.each([0, 1, 15, 16, 17, 160])('%i of them are a JSON array', async (count) => {
    const bytes = await encodeRows(slowRows(count), running);
    expect(decode(bytes)).toEqual([...slowRows(count)]);
  });

  it('let others have the event loop while they are made', async () => {
    const events: string[] = [];
    setImmediate(() => events.push('another'));
    await encodeRows(slowRows(160), running).then(() => events.push('made'));
    expect(events).toEqual(['another', 'made']);
  });

  it('are made no further when nobody waits for them', async () => {
    const stop = new Stop();
    let made = 0;
    const rows = (function* () {
      for (const row of slowRows(100_000)) {
        made += 1;
        yield row;
      }
    })();
    setImmediate(() => stop.stop());
    await expect(encodeRows(rows, stop)).rejects.toMatchObject({ code: '57014' });
    expect(made).toBeLessThan(100_000);
  });
});
