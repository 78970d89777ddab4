import { serialize } from 'pg-protocol';
import { expect, test } from 'vitest';
import { errorFields, letters, rowValues, typed, untyped, WireClient } from '../support/wire-client.ts';
import { listenToy, ToyHandler } from './toy/handler.ts';

const patient = { timeout: 60_000 };

async function opened() {
  const handler = new ToyHandler();
  const listener = await listenToy({ handler });
  const client = await WireClient.session(listener.address);
  return {
    handler,
    listener,
    client,
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await listener[Symbol.asyncDispose]();
    },
  };
}

test('the start of a session announces parameters, a cancel key and readiness', async () => {
  await using listener = await listenToy();
  await using client = await WireClient.connect(listener.address);
  client.startup({ user: 'u', database: 'd' });
  const frames = await client.until('Z');
  expect(letters(frames)).toBe('RSSSKZ');
  expect(frames[4]?.body.length).toBe(8);
  expect(frames.at(-1)?.body.toString()).toBe('I');
});

test('a query string of several statements answers each and one ReadyForQuery', async () => {
  await using server = await opened();
  server.client.query("SELECT 1; SELECT 'two', null; BEGIN");
  const frames = await server.client.until('Z');
  expect(letters(frames)).toBe('TDCTDCCZ');
  expect(rowValues(frames[4])).toEqual(['two', null]);
  expect(frames.at(-1)?.body.toString()).toBe('T');
});

test('an error ends a query string', async () => {
  await using server = await opened();
  server.client.query('SELECT 1; nonsense; SELECT 2');
  const frames = await server.client.until('Z');
  expect(letters(frames)).toBe('EZ');
  expect(errorFields(frames[0])).toEqual({
    S: 'ERROR',
    V: 'ERROR',
    C: '42601',
    M: 'syntax error at or near "nonsense"',
    P: '11',
  });
});

test('a suspended portal goes on where it stopped', async () => {
  await using server = await opened();
  const run = serialize.execute({ portal: 'p', rows: 2 });
  server.client.send(
    serialize.parse({ text: 'SELECT generate_series(1, 5)' }),
    serialize.bind({ portal: 'p' }),
    serialize.describe({ type: 'P', name: 'p' }),
    run,
    run,
    run,
    run,
    serialize.sync(),
  );
  const frames = await server.client.until('Z');
  expect(letters(frames)).toBe('12TDDsDDsDCCZ');
  expect(frames.at(-2)?.body.toString()).toBe('SELECT 0\0');
});

test('after an error everything up to Sync is discarded', async () => {
  await using server = await opened();
  server.client.send(
    serialize.parse({ text: 'nonsense' }),
    serialize.bind({}),
    serialize.query('SELECT 1'),
    serialize.sync(),
    serialize.query('SELECT 2'),
  );
  expect(letters(await server.client.until('Z'))).toBe('EZ');
  expect(letters(await server.client.until('Z'))).toBe('TDCZ');
});

test('a cancel request ends the running statement and only with the right key', async () => {
  await using server = await opened();
  await using other = await WireClient.connect(server.listener.address);
  other.startup({ user: 'u' });
  const key = (await other.until('Z')).find((frame) => frame.type === 'K')?.body ?? Buffer.alloc(8);
  other.query('SELECT pg_sleep(20)');
  for (const secret of [key.readInt32BE(4) ^ 1, key.readInt32BE(4)]) {
    await using canceller = await WireClient.connect(server.listener.address);
    canceller.send(serialize.cancel(key.readInt32BE(0), secret));
    expect(await canceller.untilClosed()).toEqual([]);
  }
  expect(errorFields((await other.until('Z')).find((frame) => frame.type === 'E'))).toMatchObject({
    C: '57014',
    M: 'canceling statement due to user request',
  });
  expect(server.handler.cancelled).toEqual([]);
  other.query('SELECT 1');
  expect(letters(await other.until('Z'))).toBe('TDCZ');
});

test('a cancel request for no session of ours reaches the handler', async () => {
  await using server = await opened();
  await using canceller = await WireClient.connect(server.listener.address);
  canceller.send(serialize.cancel(0, 77));
  await canceller.untilClosed();
  expect(server.handler.cancelled.map(({ processId }) => processId)).toEqual([0]);
});

test('a client that does not read holds the statement back and no memory', async () => {
  await using server = await opened();
  const { client, handler } = server;
  client.socket.pause();
  client.query(`SELECT generate_series(1, 100000), repeat('x', 1000)`);
  const sent = () => handler.sessions[0]?.rowsSent ?? 0;
  let before = -1;
  await expect
    .poll(() => {
      const still = before === sent();
      before = sent();
      return still && before > 0;
    }, patient)
    .toBe(true);
  expect(before).toBeLessThan(20_000);
  client.socket.resume();
  let rows = 0;
  for (let frame = await client.next(); frame?.type !== 'Z'; frame = await client.next()) {
    if (frame?.type === 'D') rows += 1;
  }
  expect(rows).toBe(100_000);
});

test('a statement whose client has gone is ended', async () => {
  await using server = await opened();
  server.client.query('SELECT pg_sleep(1000)');
  await expect.poll(() => server.handler.sessions[0]?.running, patient).toBe(true);
  await server.client[Symbol.asyncDispose]();
  await expect.poll(() => server.handler.sessions[0]?.disposed, patient).toBe(true);
});

test('what sessions hold is counted, and goes with them, however they end', async () => {
  await using server = await opened();
  const { client, listener } = server;
  for (const name of ['a', 'b', 'c']) client.send(serialize.parse({ name, text: 'SELECT generate_series(1, 5)' }));
  for (const portal of ['p', 'q']) client.send(serialize.bind({ portal, statement: 'a' }));
  client.send(serialize.execute({ portal: 'p', rows: 1 }), serialize.flush());
  await client.until('s');
  expect(listener.nameCounts).toEqual({ statements: 3, portals: 2 });
  client.send(serialize.sync());
  await client.until('Z');
  expect(listener.nameCounts).toEqual({ statements: 3, portals: 0 });
  client.send(serialize.bind({ portal: 'r', statement: 'b' }), serialize.flush());
  await client.until('2');
  client.socket.resetAndDestroy();
  await expect.poll(() => listener.nameCounts, patient).toEqual({ statements: 0, portals: 0 });
});

test('closing lets the running statement finish and tells idle sessions', async () => {
  await using server = await opened();
  await using idle = await WireClient.session(server.listener.address);
  server.client.query('SELECT pg_sleep(3)');
  await expect.poll(() => server.handler.sessions[0]?.running, patient).toBe(true);
  const closed = server.listener.close({ graceMs: 60_000 });
  expect(errorFields((await idle.untilClosed()).at(-1))).toMatchObject({ S: 'FATAL', C: '57P01' });
  const frames = await server.client.untilClosed();
  expect(letters(frames)).toBe('TDCZE');
  expect(errorFields(frames.at(-1))).toMatchObject({ S: 'FATAL', C: '57P01' });
  await closed;
  expect(server.listener.connectionCount).toBe(0);
});

test('closing ends what runs beyond the grace', async () => {
  await using server = await opened();
  server.client.query('SELECT pg_sleep(1000)');
  await expect.poll(() => server.handler.sessions[0]?.running, patient).toBe(true);
  await server.listener.close({ graceMs: 50 });
  expect(errorFields((await server.client.untilClosed()).at(-1))).toMatchObject({ S: 'FATAL', C: '57P01' });
});

test('a takeover gets the raw stream, with what was read ahead', async () => {
  const handler = new ToyHandler();
  handler.enter = async () => ({
    takeover: async (client) => {
      client.on('data', (chunk: Buffer) => client.write(chunk)).resume();
      await new Promise((resolve) => client.once('close', resolve));
    },
  });
  await using listener = await listenToy({ handler });
  await using client = await WireClient.connect(listener.address);
  client.startup({ user: 'u' });
  client.send(typed('D', 'ahead'));
  expect(letters([...(await client.until('R')), ...(await client.until('D'))])).toBe('RD');
  client.send(typed('D', 'later'));
  expect((await client.next())?.body.toString()).toBe('later');
});

test('protocol 3.2 gets a long cancel key, a later one is negotiated down', async () => {
  await using listener = await listenToy();
  await using client = await WireClient.connect(listener.address);
  client.startup({ user: 'u' }, 196_610);
  const frames = await client.until('Z');
  expect(letters(frames)).toBe('RSSSKZ');
  expect(frames[4]?.body.length).toBe(36);
  await using later = await WireClient.connect(listener.address);
  later.startup({ user: 'u', '_pq_.nonsense': '1' }, 196_999);
  const [negotiate] = await later.until('Z');
  expect(negotiate?.type).toBe('v');
  expect(negotiate?.body.readInt32BE(0)).toBe(196_610);
  expect(negotiate?.body.toString('latin1', 8)).toBe('_pq_.nonsense\0');
});

test('encryption is refused for now, once of each kind', async () => {
  await using listener = await listenToy();
  await using client = await WireClient.connect(listener.address);
  client.send(untyped(80_877_104));
  expect(await client.byte()).toBe('N');
  client.send(untyped(80_877_103));
  expect(await client.byte()).toBe('N');
  client.startup({ user: 'u' });
  expect(letters(await client.until('Z'))).toBe('RSSSKZ');
  await using stubborn = await WireClient.connect(listener.address);
  stubborn.send(untyped(80_877_103), untyped(80_877_103));
  expect(await stubborn.byte()).toBe('N');
  expect(await stubborn.byte()).toBeNull();
});
