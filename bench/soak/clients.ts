import { execFile } from 'node:child_process';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { serialize } from 'pg-protocol';
import { securedSession } from '../../test/support/secured-client.ts';
import { WireClient } from '../../test/support/wire-client.ts';

/** What all clients did together. */
export interface Tally {
  statements: number;
  connections: number;
  /** Connections that a client dropped in the middle of something. */
  kills: number;
  /** Statements that the server ended for others' sake (57014): the rule for heavy reads, which on a busy machine any may be. */
  ended: number;
  /** Errors that nobody asked for, by SQLSTATE or message. */
  readonly unexpected: Map<string, number>;
}

/** Where clients come to, and one role's name and password. */
export interface Door {
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

/** One connection's life, from login to its end or to its killing. */
type Life = (door: Door, tally: Tally, stop: AbortSignal) => Promise<void>;

const chance = (share: number): boolean => Math.random() < share;
const upTo = (most: number): number => Math.floor(Math.random() * most);
const lifeTimeoutMs = 150_000;
let names = 0;

/** Runs lives of all kinds one after the other until it is stopped. */
export async function soakClient(number: number, door: Door, tally: Tally, stop: AbortSignal): Promise<void> {
  for (let turn = number; !stop.aborted; turn += 1) {
    const life = lives[turn % lives.length] ?? reader;
    tally.connections += 1;
    try {
      await withinDeadline(life(door, tally, stop), life.name);
    } catch (error) {
      const what = described(error);
      if (what.includes('57014')) tally.ended += 1;
      else tally.unexpected.set(what, (tally.unexpected.get(what) ?? 0) + 1);
    }
  }
}

/** The SQLSTATE, what psql printed, or the message. */
function described(error: unknown): string {
  const { code, stderr, message } = error as Partial<Record<'code' | 'stderr' | 'message', string>>;
  return (stderr?.trim() || String(code ?? message)).slice(0, 200);
}

/** A server that forgets to answer must not end the soak in silence. */
async function withinDeadline(life: Promise<void>, name: string): Promise<void> {
  const over = new AbortController();
  const late = delay(lifeTimeoutMs, undefined, { signal: over.signal }).then(
    () => Promise.reject(new Error(`${name} hangs`)),
    () => {},
  );
  await Promise.race([life, late]).finally(() => over.abort());
}

/** A client for as long as `work` lasts; it ends as it should, or is dropped with a statement under way. */
async function withClient(
  door: Door,
  tally: Tally,
  { encrypted, drops }: { readonly encrypted: boolean; readonly drops: number },
  work: (client: Client) => Promise<void>,
): Promise<void> {
  const client = new Client({
    host: '127.0.0.1',
    port: door.port,
    user: door.user,
    password: door.password,
    database: 'materialize',
    connectionTimeoutMillis: 30_000,
    ...(encrypted ? { ssl: { rejectUnauthorized: false }, enableChannelBinding: true } : {}),
  });
  // A killed connection says so here; what it was asked is answered by nobody.
  client.on('error', () => {});
  await client.connect();
  try {
    await work(client);
  } finally {
    if (chance(drops)) {
      tally.kills += 1;
      client.query('SELECT count(*) FROM mz_objects AS a, mz_objects AS b').catch(() => {});
      await delay(upTo(20));
      (client as unknown as { readonly connection: { readonly stream: Socket } }).connection.stream.destroy();
    } else await client.end();
  }
}

const reader: Life = (door, tally, stop) =>
  withClient(door, tally, { encrypted: chance(0.5), drops: 0.3 }, async (client) => {
    for (let left = 50 + upTo(100); left > 0 && !stop.aborted; left -= 1) {
      await client.query('SELECT id, name FROM mz_objects WHERE name = $1', [`nobody${upTo(1_000)}`]);
      await client.query('SELECT count(*) FROM mz_connections');
      tally.statements += 2;
    }
  });

const changer: Life = (door, tally, stop) =>
  withClient(door, tally, { encrypted: true, drops: 0.3 }, async (client) => {
    for (let left = 10 + upTo(20); left > 0 && !stop.aborted; left -= 1) {
      const name = `soak_${(names += 1)}`;
      await client.query(`CREATE SECRET ${name} AS 'x'`);
      await client.query('BEGIN');
      await client.query(`COMMENT ON SECRET ${name} IS 'soaked'`);
      await client.query(chance(0.5) ? 'COMMIT' : 'ROLLBACK');
      await client.query(`DROP SECRET ${name}`);
      tally.statements += 5;
    }
  });

/** Named statements and portals, suspended, left behind in batches and in transactions that fail. */
const portals: Life = async (door, tally, stop) => {
  await using client = await securedSession(door);
  for (let left = 20 + upTo(40); left > 0 && !stop.aborted; left -= 1) {
    const name = `s${left}`;
    client.query('BEGIN');
    await client.until('Z');
    client.send(
      serialize.parse({ name, text: 'SELECT generate_series(1, 100)' }),
      serialize.bind({ portal: name, statement: name }),
      serialize.execute({ portal: name, rows: 10 }),
      serialize.sync(),
    );
    await client.until('Z');
    client.query(chance(0.5) ? 'DECLARE c CURSOR FOR SELECT 1; FETCH c' : 'SELECT nothing(1)');
    await client.until('Z');
    client.query('ROLLBACK');
    await client.until('Z');
    tally.statements += 5;
  }
  if (chance(0.5)) {
    tally.kills += 1;
    client.send(
      serialize.parse({ name: 'last', text: 'SELECT 1' }),
      serialize.bind({ portal: 'p', statement: 'last' }),
    );
  } else client.send(serialize.end());
};

/** Reads some of a large answer, and is gone. */
const large: Life = async (door, tally) => {
  await using client = await securedSession(door);
  client.discard();
  client.query("SELECT i, repeat('x', 500) FROM generate_series(1, 20000) AS i");
  tally.statements += 1;
  await delay(upTo(200));
  tally.kills += 1;
};

/** A cancelled endless statement costs an engine: more than a few at once would be a test of nothing else. */
const cancelledAtOnceMax = 2;
let cancelling = 0;

const cancelled: Life = async (door, tally, stop) => {
  if (cancelling >= cancelledAtOnceMax) return reader(door, tally, stop);
  cancelling += 1;
  try {
    await cancelOne(door, tally);
  } finally {
    cancelling -= 1;
  }
};

const cancelOne = (door: Door, tally: Tally): Promise<void> =>
  withClient(door, tally, { encrypted: false, drops: 0 }, async (client) => {
    const { processID, secretKey } = client as unknown as { readonly processID: number; readonly secretKey: number };
    const over = new AbortController();
    const ended = client
      .query('WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n')
      .then(
        () => 'answered',
        (error: { readonly code?: string }) => error.code ?? 'lost',
      )
      .finally(() => over.abort());
    // A request that overtakes its statement cancels nothing, as in PostgreSQL: asked again until it does.
    while (!over.signal.aborted) {
      await delay(20 + upTo(80));
      await using canceller = await WireClient.connect({ port: door.port });
      canceller.send(serialize.cancel(processID, secretKey));
      await canceller.untilClosed();
    }
    const code = await ended;
    tally.statements += 1;
    if (code !== '57014') throw new Error(`a cancelled statement ended with ${code}`);
  });

/** psql, killed or not. */
const psql: Life = async (door, tally, stop) => {
  const args = [
    '-v',
    'VERBOSITY=sqlstate',
    '-XAtqc',
    '\\d',
    '-c',
    'SHOW CONNECTIONS',
    '-c',
    '\\dn',
    '-c',
    'COPY (SELECT * FROM mz_objects) TO STDOUT',
  ];
  const where = `host=127.0.0.1 port=${door.port} user=${door.user} dbname=materialize sslmode=require`;
  const kill = chance(0.3);
  const signal = kill ? AbortSignal.any([stop, AbortSignal.timeout(1 + upTo(100))]) : stop;
  const env = { ...process.env, PGPASSWORD: door.password };
  await new Promise<void>((resolve, reject) => {
    execFile(
      'psql',
      [...args, where],
      { env, signal, killSignal: 'SIGKILL', maxBuffer: 2 ** 26 },
      (error, _, stderr) => {
        if (error === null || signal.aborted) resolve();
        else reject(Object.assign(error, { stderr }));
      },
    );
  });
  tally.statements += 6;
  if (kill) tally.kills += 1;
};

const lives: readonly Life[] = [reader, changer, portals, large, psql, reader, cancelled, changer];
