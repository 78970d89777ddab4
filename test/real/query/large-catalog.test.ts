import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCatalogStore } from '../../../src/catalog/index.ts';
import { openObservations } from '../../../src/observations/index.ts';
import { silentLog } from '../../../src/telemetry/index.ts';
import { type Sallyport, startSallyport } from '../../support/sallyport.ts';
import { tunnel } from '../../unit/query/rows.ts';

const connections = 10_000;
/** Out of the way of the ids that the server gives. */
const firstId = 1_000_000;
const historyRows = 100_000;
const sessions = 32;
const statementsEach = 5;
const roles = 10;
const timeoutMs = 600_000;

let dataDir: string;
let server: Sallyport;
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'sallyport-test-large-'));
  await fill();
  server = await startSallyport({ dataDir });
}, timeoutMs);
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  rmSync(dataDir, { recursive: true, force: true });
});

async function fill(): Promise<void> {
  await using store = await openCatalogStore({ directory: dataDir, log: silentLog });
  const changes = Array.from({ length: connections }, (_, index) => tunnel(firstId + index, `t${index + 1}`)).flat();
  await store.commit(store.current.version, changes, []);
  await using observations = await openObservations({ directory: dataDir, log: silentLog });
  for (let row = 1; row <= historyRows; row += 1) {
    observations.tunnelChanged({ tunnelId: `u${firstId}`, state: 'running', error: null, stage: null, hint: null });
    if (row % 1_000 === 0) await observations.flush();
  }
}

async function count(sql: string): Promise<unknown> {
  // The first one waits for all of it to be loaded.
  const client = await server.client({ statement_timeout: timeoutMs });
  const { rows } = await client.query<{ n: number }>(sql);
  await client.end();
  return rows[0]?.n;
}

describe('ten thousand connections and a hundred thousand rows of history', { timeout: timeoutMs }, () => {
  it('take DDL from the start, and are all there', async () => {
    const client = await server.client();
    await client.query("CREATE SECRET while_it_loads AS 'x'");
    expect(await count("SELECT count(*)::int AS n FROM mz_secrets WHERE name = 'while_it_loads'")).toBe(1);
    expect(await count('SELECT count(*)::int AS n FROM mz_connections')).toBe(connections);
    expect(await count('SELECT count(*)::int AS n FROM mz_internal.mz_ssh_tunnel_status_history')).toBe(historyRows);
  });

  it('let 32 sessions do unrelated DDL at once', async () => {
    const clients = await Promise.all(Array.from({ length: sessions }, () => server.client()));
    await Promise.all(
      clients.map(async (client, session) => {
        for (let index = 0; index < statementsEach; index += 1) {
          await client.query(`CREATE SECRET at_once_${session}_${index} AS 'x'`);
        }
        await client.query(`DROP SECRET at_once_${session}_0`);
      }),
    );
    expect(await count("SELECT count(*)::int AS n FROM mz_secrets WHERE name LIKE 'at_once%'")).toBe(
      sessions * (statementsEach - 1),
    );
  });

  it('keep all of ten GRANTs on one object at once', async () => {
    const admin = await server.client();
    for (let role = 0; role < roles; role += 1) await admin.query(`CREATE ROLE granted_${role}`);
    const clients = await Promise.all(Array.from({ length: roles }, () => server.client()));
    await Promise.all(clients.map((client, role) => client.query(`GRANT USAGE ON CONNECTION t7 TO granted_${role}`)));
    const { rows } = await admin.query<{ may: boolean }>(
      `SELECT has_connection_privilege(name, 't7', 'USAGE') AS may FROM mz_roles WHERE name LIKE 'granted%'`,
    );
    expect(rows).toEqual(Array.from({ length: roles }, () => ({ may: true })));
  });

  it('show what happens to them', async () => {
    const client = await server.client();
    await client.query("COMMENT ON CONNECTION t9999 IS 'late'");
    const { rows } = await client.query(
      `SELECT comment FROM mz_connections JOIN mz_internal.mz_comments USING (id) WHERE name = 't9999'`,
    );
    expect(rows).toEqual([{ comment: 'late' }]);
  });
});
