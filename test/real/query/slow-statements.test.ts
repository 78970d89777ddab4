import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { constants } from 'node:os';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sallyport, startSallyport } from '../../support/sallyport.ts';

/** Several engines start while others run at full speed: on a busy machine that takes its time. */
const timeoutMs = 600_000;
const endless = 'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r';

let server: Sallyport;
beforeAll(async () => {
  server = await startSallyport();
}, timeoutMs);
afterAll(async () => server?.[Symbol.asyncDispose]());

interface Slow {
  readonly client: Client;
  /** Message of the error that ended it; null while it runs. */
  ended: string | null;
  readonly end: Promise<void>;
}

async function startSlow(): Promise<Slow> {
  const client = await server.client();
  await client.query("SET statement_timeout = '9min'");
  const slow: Slow = { client, ended: null, end: Promise.resolve() };
  const end = client.query(endless).then(
    () => expect.unreachable('it ended'),
    (error: Error) => {
      slow.ended = error.message;
    },
  );
  return Object.assign(slow, { end });
}

/** As psql does on Ctrl-C. */
async function cancel({ client, end }: Slow): Promise<void> {
  const { processID, secretKey } = client as unknown as { readonly processID: number; readonly secretKey: number };
  const request = Buffer.alloc(16);
  for (const [index, value] of [16, 80_877_102, processID, secretKey].entries()) request.writeInt32BE(value, 4 * index);
  const socket = connect(server.sqlPort, '127.0.0.1', () => socket.end(request));
  await once(socket, 'close');
  await end;
}

/** Threads of the server that let its main thread go first. Source: proc(5), the 19th field of stat. */
function threadsBehind(): number {
  const niceness = readdirSync(`/proc/${server.pid}/task`).map((thread) => {
    const stat = readFileSync(`/proc/${server.pid}/task/${thread}/stat`, 'utf8');
    return { thread, nice: Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]) };
  });
  const main = niceness.find(({ thread }) => thread === String(server.pid))?.nice ?? 0;
  // Where the tests themselves come last, nothing can come behind them.
  return main === constants.priority.PRIORITY_LOW ? 2 : niceness.filter(({ nice }) => nice > main).length;
}

describe('statements that do not end', { timeout: timeoutMs }, () => {
  it('two at once leave a third engine to the others, and go on', async () => {
    const slow = await Promise.all([startSlow(), startSlow()]);
    const other = await server.client();
    await other.query("CREATE SECRET meanwhile AS 'x'");
    const { rows } = await other.query("SELECT name FROM mz_secrets WHERE name = 'meanwhile'");
    expect(rows).toEqual([{ name: 'meanwhile' }]);
    await nextTurn();
    expect(slow.map(({ ended }) => ended)).toEqual([null, null]);
    expect(threadsBehind()).toBe(2);
    for (const one of slow) await cancel(one);
    expect(slow.map(({ ended }) => ended)).toEqual(Array(2).fill('canceling statement due to user request'));
  });

  it('three at once cost the one that has run longest its end, and others are answered', async () => {
    const slow: Slow[] = [];
    for (let number = 0; number < 3; number += 1) {
      slow.push(await startSlow());
      // Answered by another engine, so the one before has begun.
      if (number < 2) await (await server.client()).query(`SELECT ${number} FROM mz_roles LIMIT 1`);
    }
    const { rows } = await (await server.client()).query('SELECT 7 AS n FROM mz_roles LIMIT 1');
    expect(rows).toEqual([{ n: 7 }]);
    await slow[0]?.end;
    expect(slow.map(({ ended }) => ended)).toEqual([
      'canceling statement because it ran long while others waited',
      null,
      null,
    ]);
    for (const one of slow.slice(1)) await cancel(one);
    expect((await (await server.client()).query('SELECT 8 AS n')).rows).toEqual([{ n: 8 }]);
  });
});
