import { connect } from 'node:net';
import type { Client, DatabaseError } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { databasePassword, type PrivateNetwork, startPrivateNetwork } from '../../support/private-network.ts';
import { type Sallyport, startSallyport } from '../../support/sallyport.ts';

interface Notice {
  readonly severity?: string | undefined;
  readonly message?: string | undefined;
  readonly detail?: string | undefined;
}

let network: PrivateNetwork;
let server: Sallyport;

beforeAll(async () => {
  network = await startPrivateNetwork();
  server = await startSallyport();
  const client = await server.client();
  await client.query(network.createTunnel('bastion'));
  const { rows } = await client.query<{ readonly key: string }>(
    'SELECT public_key_1 AS key FROM mz_ssh_tunnel_connections',
  );
  network.bastion.install(...rows.map(({ key }) => key));
  await client.query(`CREATE SECRET password AS '${databasePassword}'`);
  await client.query(network.createPostgres('pg', 'bastion', 'password'));
  await client.end();
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await network[Symbol.asyncDispose]();
});

async function noticesOf(client: Client, statement: string): Promise<readonly Notice[]> {
  const notices: Notice[] = [];
  const listen = (notice: Notice): void => void notices.push(notice);
  client.on('notice', listen);
  await client.query(statement);
  client.off('notice', listen);
  return notices;
}

/** Source: PostgreSQL 16 §55.2.8: a connection of its own, without an answer. */
async function cancel(client: Client): Promise<void> {
  const { processID, secretKey } = client as unknown as { readonly processID: number; readonly secretKey: number };
  const request = Buffer.alloc(16);
  for (const [index, value] of [16, 80_877_102, processID, secretKey].entries()) request.writeInt32BE(value, index * 4);
  const socket = connect(server.sqlPort, '127.0.0.1');
  socket.end(request);
  socket.resume().on('error', () => {});
  await new Promise((resolve) => socket.once('close', resolve));
}

const outcome = (statement: Promise<unknown>): Promise<DatabaseError | undefined> =>
  statement.then(
    () => undefined,
    (error: unknown) => error as DatabaseError,
  );

test('VALIDATE tells what the server is; CREATE and ALTER are silent', async () => {
  const client = await server.client();
  const [told] = await noticesOf(client, 'VALIDATE CONNECTION pg');
  expect(told).toMatchObject({
    severity: 'NOTICE',
    message: 'connection "pg" works',
    detail: expect.stringMatching(/^version: \d+.*\nstandby: no\nwal_level: replica$/),
  });
  expect(await noticesOf(client, network.createPostgres('silent', 'bastion', 'password'))).toEqual([]);
  expect(await noticesOf(client, "ALTER CONNECTION silent SET (DATABASE = 'app')")).toEqual([]);
  await client.end();
});

test('keys that were missing a moment ago hold up no check, whichever bastion of the way lacked them', async () => {
  const client = await server.client();
  // One machine at both ends of the way: its own sshd, reached through itself.
  const { host, port, user } = network.bastion;
  const place = `HOST '${host}', PORT ${port}, USER '${user}'`;
  await client.query(`CREATE CONNECTION outer_bastion TO SSH TUNNEL (${place})`);
  await client.query(`CREATE CONNECTION inner_bastion TO SSH TUNNEL (${place}, SSH TUNNEL outer_bastion)`);
  const { rows } = await client.query<{ readonly name: string; readonly key: string }>(
    `SELECT name, public_key_1 AS key FROM mz_ssh_tunnel_connections JOIN mz_connections USING (id)`,
  );
  for (const bastion of ['outer_bastion', 'inner_bastion']) {
    const error = await outcome(client.query(network.createPostgres('far', 'inner_bastion', 'password')));
    expect(error).toMatchObject({
      code: '28000',
      message: expect.stringContaining(`rejected both keys of "${bastion}"`),
    });
    network.bastion.install(rows.find(({ name }) => name === bastion)?.key ?? '');
  }
  await client.query(network.createPostgres('far', 'inner_bastion', 'password'));
  await client.end();
});

describe('what is changed', () => {
  const validate = async (): Promise<DatabaseError | undefined> => {
    const client = await server.client();
    const error = await outcome(client.query('VALIDATE CONNECTION pg'));
    await client.end();
    return error;
  };
  const change = async (statement: string): Promise<DatabaseError | undefined> => {
    const client = await server.client();
    const error = await outcome(client.query(statement));
    await client.end();
    return error;
  };

  test('of a secret counts at the next dial', async () => {
    await change(`ALTER SECRET password AS 'open sesame'`);
    expect(await validate()).toMatchObject({ code: '28P01' });
    await change(`ALTER SECRET password AS '${databasePassword}'`);
    expect(await validate()).toBeUndefined();
  });

  test('of a connection is tried before it is stored, unless it is not to be', async () => {
    const missing = `ALTER CONNECTION pg SET (DATABASE = 'missing')`;
    expect(await change(missing)).toMatchObject({ code: '3D000', message: expect.stringContaining('missing') });
    expect(await validate()).toBeUndefined();
    expect(await change(`${missing} WITH (VALIDATE = false)`)).toBeUndefined();
    expect(await validate()).toMatchObject({ code: '3D000' });
    expect(await change(`ALTER CONNECTION pg SET (DATABASE = 'app')`)).toBeUndefined();
  });

  test('of a bastion is followed by the connections behind it at their next dial', async () => {
    const { user } = network.bastion;
    expect(await change(`ALTER CONNECTION bastion SET (USER = 'nobody-here')`)).toBeUndefined();
    expect(await validate()).toMatchObject({ code: '28000', message: expect.stringContaining('nobody-here') });
    expect(await change(`ALTER CONNECTION bastion SET (USER = '${user}')`)).toBeUndefined();
    expect(await validate()).toBeUndefined();
  });
});

describe('EXPLAIN (ANALYZE)', () => {
  interface Row {
    readonly hop: string;
    readonly address: string;
    readonly status: string | null;
    readonly milliseconds: number | null;
    readonly result: string | null;
  }
  const explain = async (name: string): Promise<readonly Row[]> => {
    const client = await server.client();
    const { rows } = await client.query<Row>(`EXPLAIN (ANALYZE) CONNECTION ${name}`);
    await client.end();
    return rows;
  };

  test('shows the way, then each step with its time and what it found', async () => {
    const rows = await explain('pg');
    expect(rows.slice(0, 2)).toMatchObject([
      { hop: 'SSH bastion', status: null },
      { hop: 'PostgreSQL server', address: 'db.internal:5432', status: null },
    ]);
    expect(rows.slice(2).map(({ hop }) => hop)).toEqual([
      ...['bastion.resolve', 'bastion.connect', 'bastion.handshake', 'bastion.host-key', 'bastion.authenticate'],
      ...['tunnel.forward', 'tls', 'login', 'database', 'server'],
    ]);
    for (const row of rows.slice(2)) expect(row).toMatchObject({ status: 'ok', milliseconds: expect.any(Number) });
    expect(rows.find(({ hop }) => hop === 'tls')?.result).toContain('certificate for db.internal');
  });

  test('shows the step that failed, why, and what to do', async () => {
    const client = await server.client();
    await client.query(`CREATE SECRET wrong AS 'open sesame'`);
    await client.query(`${network.createPostgres('locked', 'bastion', 'wrong')} WITH (VALIDATE = false)`);
    await client.end();
    expect((await explain('locked')).at(-1)).toMatchObject({
      hop: 'login',
      status: 'failed',
      result: expect.stringMatching(/password authentication failed .*ALTER SECRET/),
    });
  });
});

describe('while a validation waits for a database that says nothing', () => {
  /** Connections that have said something the frozen database has not read: the kernel takes them and keeps it. */
  const unread = (): number =>
    connections('established').filter((line) => Number(line.trim().split(/\s+/)[0]) > 0).length;

  const connections = (state: 'established' | 'close-wait'): readonly string[] =>
    network.netns
      .exec('ss', ['-Htn', 'state', state, `sport = :${network.database.port}`])
      .split('\n')
      .filter((line) => line !== '');

  /** Runs `body` once the validation has got through the bastion. */
  async function inMidValidation(body: (client: Client) => Promise<unknown>): Promise<DatabaseError | undefined> {
    const client = await server.client();
    // Those of the checks before are not to be taken for this one's.
    await expect.poll(() => [...connections('established'), ...connections('close-wait')]).toEqual([]);
    network.database.freeze();
    const validation = outcome(client.query('VALIDATE CONNECTION pg'));
    await expect.poll(unread).toBe(1);
    try {
      await body(client);
      return await validation;
    } finally {
      network.database.thaw();
      await client.end().catch(() => {});
    }
  }

  const lastValidation = async () => {
    const client = await server.client();
    const { rows } = await client.query<{ readonly result: string; readonly failing_stage: string | null }>(
      'SELECT result, failing_stage FROM mz_internal.mz_connection_validations ORDER BY id DESC LIMIT 1',
    );
    await client.end();
    return rows[0];
  };

  test('a cancel ends it at once, and is kept as that', async () => {
    expect(await inMidValidation((client) => cancel(client))).toMatchObject({ code: '57014' });
    expect(await lastValidation()).toMatchObject({ result: 'cancelled' });
  });

  test('a bastion that goes down is named', async () => {
    const error = await inMidValidation(() => network.bastion.kill());
    await network.bastion.restart();
    expect(error).toMatchObject({ code: '08006', message: expect.stringContaining('connection "pg"') });
    expect(await lastValidation()).toMatchObject({ result: 'failed' });
  });

  test('the server’s own SIGTERM ends it, and nothing is left over', async () => {
    const error = await inMidValidation(async () => {
      expect(await server.kill('SIGTERM')).toBe(0);
    });
    expect(error?.code).toBe('57P01');
    await server.restart();
    const client = await server.client();
    await client.query('VALIDATE CONNECTION pg');
    await client.end();
  });
});
