import type { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type PrivateNetwork, databasePassword, startPrivateNetwork } from '../../support/private-network.ts';
import { type Sallyport, startSallyport } from '../../support/sallyport.ts';

let network: PrivateNetwork;
let server: Sallyport;
let admin: Client;
let joe: Client;

beforeAll(async () => {
  network = await startPrivateNetwork();
  server = await startSallyport();
  admin = await server.client();
  await admin.query('CREATE ROLE joe LOGIN; CREATE ROLE ann LOGIN; CREATE ROLE lead LOGIN; GRANT joe TO lead');
  await admin.query('CREATE ROLE root LOGIN SUPERUSER');
});

afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  await network?.[Symbol.asyncDispose]();
});

beforeEach(async () => {
  joe = await server.client({ user: 'joe' });
  joe.on('error', () => {});
});

const endless = 'WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT count(*) FROM t';

const pidOf = (client: Client): number => (client as unknown as { readonly processID: number }).processID;

/** What the client says of its endless statement, once it has ended. */
const failureOf = (client: Client): Promise<unknown> => client.query(endless).catch((error: unknown) => error);

/** What a client is told until its connection has ended; of the end itself node-postgres complains too. */
function endOf(client: Client): Promise<readonly Error[]> {
  const errors: Error[] = [];
  client.on('error', (error) => errors.push(error));
  return new Promise((resolve) => client.once('end', () => resolve(errors)));
}

/** Signals until the statement, which may not have begun, has ended. */
async function until<T>(ended: Promise<T>, signal: () => Promise<unknown>): Promise<T> {
  const state = { over: false };
  void ended.finally(() => (state.over = true));
  while (!state.over) await signal();
  return ended;
}

async function audited(processId: number): Promise<unknown> {
  const { rows } = await admin.query(
    `SELECT DISTINCT event_type, details->>'role' AS role, "user" FROM mz_audit_events
      WHERE object_type = 'session' AND (details->>'process_id')::int8 = $1`,
    [processId],
  );
  return rows;
}

describe('pg_cancel_backend', () => {
  it('ends the statement of another session, which goes on', async () => {
    const failure = await until(failureOf(joe), () => admin.query('SELECT pg_cancel_backend($1)', [pidOf(joe)]));
    expect(failure).toMatchObject({ code: '57014', message: 'canceling statement due to user request' });
    expect((await joe.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    expect(await audited(pidOf(joe))).toEqual([{ event_type: 'cancel', role: 'joe', user: 'materialize' }]);
  });

  it('ends what pg_stat_activity and mz_sessions name, in psql', async () => {
    const psql = () =>
      server.psql(
        `SELECT pg_cancel_backend(pid) AS ended FROM pg_stat_activity WHERE usename = 'joe' AND pid = ${pidOf(joe)};
         SELECT pg_catalog.pg_cancel_backend(process_id) FROM mz_internal.mz_sessions WHERE process_id = ${pidOf(joe)};`,
        ['-At'],
      );
    const failure = await until(failureOf(joe), async () => expect(await psql()).toMatchObject({ stdout: 't\nt\n' }));
    expect(failure).toMatchObject({ code: '57014' });
  });

  it('does nothing to a session that does nothing', async () => {
    const { rows } = await admin.query('SELECT pg_cancel_backend($1)', [pidOf(joe)]);
    expect(rows).toEqual([{ pg_cancel_backend: true }]);
    expect((await joe.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });

  it('ends the statement that calls it', async () => {
    await expect(joe.query('SELECT pg_cancel_backend(pg_backend_pid())')).rejects.toMatchObject({ code: '57014' });
    expect((await joe.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });

  it('warns of a process that is none, and knows no process of NULL', async () => {
    const { stdout, stderr } = await server.psql('SELECT pg_cancel_backend(4711), pg_cancel_backend(NULL)', ['-At']);
    expect([stdout, stderr]).toEqual(['f|\n', 'WARNING:  PID 4711 is not a PostgreSQL backend process\n']);
  });

  it('sends nothing when its statement fails, or is only explained or prepared', async () => {
    const failure = failureOf(joe);
    const asking = `SELECT pg_cancel_backend(${pidOf(joe)})`;
    await expect(admin.query(`${asking}, 1 / 0`)).rejects.toMatchObject({ code: '22012' });
    await admin.query(`EXPLAIN ${asking}`);
    await admin.query(`PREPARE one AS ${asking}`);
    expect(await audited(pidOf(joe))).toEqual([]);
    await until(failure, () => admin.query('EXECUTE one'));
    expect(await failure).toMatchObject({ code: '57014' });
  });

  it('takes effect at once, and is audited whatever becomes of its transaction', async () => {
    await admin.query('BEGIN READ ONLY');
    const failure = await until(failureOf(joe), () => admin.query('SELECT pg_cancel_backend($1)', [pidOf(joe)]));
    await admin.query('ROLLBACK');
    expect(failure).toMatchObject({ code: '57014' });
    expect(await audited(pidOf(joe))).toHaveLength(1);
  });
});

describe('pg_terminate_backend', () => {
  const told = { code: '57P01', severity: 'FATAL', message: 'terminating connection due to administrator command' };

  it.each(['$1', '$1, 1000'])('ends a session that waits: (%s)', async (args) => {
    const ended = endOf(joe);
    const { rows } = await admin.query(`SELECT pg_terminate_backend(${args}) AS done`, [pidOf(joe)]);
    expect(rows).toEqual([{ done: true }]);
    expect((await ended)[0]).toMatchObject(told);
    expect(await audited(pidOf(joe))).toEqual([{ event_type: 'terminate', role: 'joe', user: 'materialize' }]);
    const left = await admin.query('SELECT 1 FROM pg_stat_activity WHERE pid = $1', [pidOf(joe)]);
    expect(left.rows).toEqual([]);
  });

  it('ends a session with its statement', async () => {
    const failure = failureOf(joe);
    await admin.query('SELECT pg_terminate_backend($1)', [pidOf(joe)]);
    expect(await failure).toMatchObject(told);
  });

  it('ends the session that calls it', async () => {
    await expect(joe.query('SELECT pg_terminate_backend(pg_backend_pid())')).rejects.toMatchObject(told);
  });

  it('ends what is relayed too, as mz_relays names it', async () => {
    await admin.query(network.createTunnel('bastion'));
    const keys = await admin.query<{ a: string; b: string }>(
      'SELECT public_key_1 AS a, public_key_2 AS b FROM mz_ssh_tunnel_connections',
    );
    for (const { a, b } of keys.rows) network.bastion.install(a, b);
    await admin.query(`CREATE SECRET pgpass AS '${databasePassword}'`);
    await admin.query(network.createPostgres('behind', 'bastion', 'pgpass'));
    const relayed = await server.client({ database: 'behind' });
    relayed.on('error', () => {});
    const relay = 'SELECT process_id FROM mz_internal.mz_relays';
    const sleeping = relayed.query('SELECT pg_sleep(600)').catch((error: unknown) => error);
    expect(await until(sleeping, () => admin.query(`SELECT pg_cancel_backend((${relay}))`))).toMatchObject({
      code: '57014',
    });
    const ended = endOf(relayed);
    await admin.query(`SELECT pg_terminate_backend((${relay}))`);
    expect((await ended)[0]).toMatchObject(told);
  });
});

describe('who may', () => {
  const denied = (what: string) => ({ code: '42501', message: `permission denied to ${what}` });

  /** What becomes of both signals to joe's session. */
  async function askedBy(user: string): Promise<readonly PromiseSettledResult<unknown>[]> {
    const asking = await server.client({ user });
    const asked = ['cancel', 'terminate'].map((kind) => asking.query(`SELECT pg_${kind}_backend($1)`, [pidOf(joe)]));
    const answers = await Promise.allSettled(asked);
    await asking.end();
    return answers;
  }

  it.each(['joe', 'lead', 'root'])('is %s, for a session of joe’s', async (user) => {
    expect((await askedBy(user)).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
  });

  it('is not another role', async () => {
    const detail = expect.stringMatching(/^Only superusers and roles with privileges of the role whose .* may .*\.$/);
    expect(await askedBy('ann')).toMatchObject([
      { reason: { ...denied('cancel query'), detail } },
      { reason: { ...denied('terminate process'), detail } },
    ]);
    expect((await joe.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });

  it('is a superuser, for sessions of superusers', async () => {
    await expect(joe.query('SELECT pg_terminate_backend($1)', [pidOf(admin)])).rejects.toMatchObject({
      ...denied('terminate process'),
      detail: 'Only roles with the SUPERUSER attribute may terminate processes of roles with the SUPERUSER attribute.',
    });
    await expect(joe.query('SELECT pg_cancel_backend($1)', [pidOf(admin)])).rejects.toMatchObject({
      ...denied('cancel query'),
      detail: 'Only roles with the SUPERUSER attribute may cancel queries of roles with the SUPERUSER attribute.',
    });
  });

  it('is the role that SET ROLE names', async () => {
    await admin.query('SET ROLE ann');
    await expect(admin.query('SELECT pg_cancel_backend($1)', [pidOf(joe)])).rejects.toMatchObject(
      denied('cancel query'),
    );
    await admin.query('RESET ROLE');
  });
});
