import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { remove } from '../../../src/catalog/index.ts';
import type { ObservationChange } from '../../../src/observations/index.ts';
import { Reading } from '../../unit/query/reading.ts';
import { MemoryStore } from '../../unit/query/memory-store.ts';
import { postgres, secret, tunnel } from '../../unit/query/rows.ts';

/** Observations as a list, with a way to add to it. */
class Seen {
  readonly #changes: ObservationChange[] = [];
  readonly #listeners = new Set<(change: ObservationChange) => void>();

  add(change: ObservationChange): void {
    this.#changes.push(change);
    for (const listener of this.#listeners) listener(change);
  }

  load(): Iterable<ObservationChange> {
    return [...this.#changes];
  }

  onChange(listener: (change: ObservationChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

const at = (minute: number): string => `2026-01-01T00:${String(minute).padStart(2, '0')}:00.000Z`;

const hostKey = (tunnelId: string, fingerprint: string, minute: number): ObservationChange => ({
  table: 'hostKeys',
  row: {
    tunnelId,
    algorithm: 'ssh-ed25519',
    fingerprint,
    publicKey: 'AAAA',
    firstSeenAt: at(0),
    lastSeenAt: at(minute),
  },
});

const validation = (id: number, result: 'succeeded' | 'failed'): ObservationChange => ({
  table: 'validations',
  id,
  occurredAt: at(id),
  row: {
    connectionId: 'u1',
    connectionName: 'bastion',
    role: 'materialize',
    startedAt: at(id),
    result,
    failingStage: result === 'failed' ? 'bastion.connect' : null,
    error: null,
    stages: [{ stage: 'bastion.connect', target: 'h:22', status: 'ok', durationMs: 3 }],
  },
});

const sessions = [
  {
    process_id: 7,
    role: 'materialize',
    database: 'materialize',
    application_name: 'psql',
    client_address: '127.0.0.1',
    connected_at: at(1),
  },
];

let seen: Seen;
let reading: Reading;
beforeAll(async () => {
  seen = new Seen();
  seen.add(hostKey('u1', 'SHA256:first', 1));
  seen.add(validation(1, 'failed'));
  const store = new MemoryStore();
  store.apply([...tunnel(1, 'bastion'), ...tunnel(2, 'inner'), secret(3, 'pw'), postgres(4, 'pg', [2, 3])]);
  reading = new Reading(store, {
    observations: seen,
    liveRelations: [{ relation: 'mz_internal.mz_sessions', rows: () => sessions }],
  });
  await reading.room.ready;
});
afterAll(async () => reading[Symbol.asyncDispose]());

describe('what was seen', () => {
  const hostKeys = 'SELECT fingerprint FROM mz_internal.mz_ssh_tunnel_host_keys ORDER BY 1';

  it('before the mirror started is there', async () => {
    expect(await reading.column(hostKeys)).toEqual(['SHA256:first']);
    expect(
      await reading.rows(
        "SELECT id, result, failing_stage, stages->0->>'target' FROM mz_internal.mz_connection_validations",
      ),
    ).toEqual([['1', 'failed', 'bastion.connect', 'h:22']]);
  });

  it('is seen by the next read, and forgotten when it is told', async () => {
    seen.add(hostKey('u1', 'SHA256:second', 2));
    seen.add(hostKey('u2', 'SHA256:other', 2));
    expect(await reading.column(hostKeys)).toEqual(['SHA256:first', 'SHA256:other', 'SHA256:second']);
    seen.add({ table: 'forgotten', what: 'hostKeys', objectId: 'u1' });
    seen.add(hostKey('u1', 'SHA256:third', 3));
    expect(await reading.column(hostKeys)).toEqual(['SHA256:other', 'SHA256:third']);
  });

  it('of a history is appended and cut', async () => {
    for (let id = 2; id <= 20; id += 1) seen.add(validation(id, 'succeeded'));
    seen.add({ table: 'pruned', history: 'validations', upToId: 18 });
    expect(await reading.column('SELECT id FROM mz_internal.mz_connection_validations ORDER BY id')).toEqual([
      '19',
      '20',
    ]);
  });

  it('says which key a bastion accepted', async () => {
    seen.add({
      table: 'keyAcceptances',
      row: { tunnelId: 'u1', fingerprint: 'SHA256:12', bastion: 'h:22', firstAcceptedAt: at(1), lastAcceptedAt: at(5) },
    });
    expect(
      await reading.rows(
        "SELECT slot, last_accepted_by FROM mz_internal.mz_ssh_tunnel_keys WHERE id = 'u1' ORDER BY slot",
      ),
    ).toEqual([
      ['1', null],
      ['2', 'h:22'],
    ]);
  });
});

describe('a long history', () => {
  it('is loaded when others have been answered, and is whole when it is read, cut and continued meanwhile', async () => {
    const rows = 3_000;
    const long = new Seen();
    for (let id = 1; id <= rows; id += 1) long.add({ ...validation(1, 'succeeded'), id } as ObservationChange);
    await using own = new Reading(new MemoryStore(), { observations: long });
    expect(await own.column('SELECT count(*) FROM mz_roles')).not.toEqual(['0']);
    long.add({ table: 'pruned', history: 'validations', upToId: 1_700 });
    long.add({ ...validation(1, 'failed'), id: rows + 1 } as ObservationChange);
    expect(await own.rows('SELECT min(id), max(id), count(*) FROM mz_internal.mz_connection_validations')).toEqual([
      ['1701', '3001', '1301'],
    ]);
    expect(await own.column('SELECT result FROM mz_internal.mz_connection_validations WHERE id = 3001')).toEqual([
      'failed',
    ]);
  });
});

describe('live relations', () => {
  it('show what is at the time of the read', async () => {
    const text = 'SELECT process_id, role_id, application_name FROM mz_internal.mz_sessions ORDER BY 1';
    expect(await reading.rows(text)).toEqual([['7', 'u1', 'psql']]);
    sessions.push({ ...sessions[0], process_id: 8, application_name: "it's" } as (typeof sessions)[number]);
    expect(await reading.rows(text)).toEqual([
      ['7', 'u1', 'psql'],
      ['8', 'u1', "it's"],
    ]);
  });

  it('are read through others, and leave nothing behind', async () => {
    expect(await reading.column('SELECT pid FROM pg_stat_activity ORDER BY 1')).toEqual(['7', '8']);
    expect(await reading.column("SELECT current_setting('sallyport.mz_internal.mz_sessions', true)")).toEqual(['']);
  });
});

describe('dependencies', () => {
  it('are direct or through others', async () => {
    const inner = reading.store.current.tables.items.get('u2');
    if (inner === undefined) throw new Error('the tunnel is there');
    const jumping = { ...inner, dependsOn: [reading.store.current.tables.items.get('u1')?.id ?? inner.id] };
    reading.store.apply([{ op: 'put', table: 'items', row: jumping }]);
    expect(
      await reading.rows(
        "SELECT referenced_id, referenced_type, direct FROM mz_internal.mz_connection_dependencies WHERE id = 'u4' ORDER BY 1",
      ),
    ).toEqual([
      ['u1', 'connection', 'f'],
      ['u2', 'connection', 't'],
      ['u3', 'secret', 't'],
    ]);
    reading.store.apply([{ op: 'put', table: 'items', row: inner }]);
  });
});

describe('answers that are kept', () => {
  const names = "SELECT name FROM mz_secrets WHERE schema_id = 'u1' ORDER BY name";

  it('are given again, and not after a commit', async () => {
    const first = await reading.rows(names);
    expect(await reading.rows(names)).toEqual(first);
    reading.store.apply([secret(50, 'another')]);
    expect(await reading.column(names)).toEqual(['another', 'pw']);
    const row = reading.store.current.tables.items.get('u50');
    if (row === undefined) throw new Error('the secret is there');
    reading.store.apply([remove('items', row)]);
    expect(await reading.column(names)).toEqual(['pw']);
  });

  it('are not given to a read with changes of its own', async () => {
    await reading.rows(names);
    expect(await reading.column(names, { overlay: [secret(60, 'mine')] })).toEqual(['mine', 'pw']);
    expect(await reading.column(names)).toEqual(['pw']);
  });

  it('belong to their parameters, formats, role, search path and settings', async () => {
    const text = 'SELECT $1::text || name FROM mz_secrets';
    expect(await reading.rows(text, {}, ['a'])).toEqual([['apw']]);
    expect(await reading.rows(text, {}, ['b'])).toEqual([['bpw']]);
    const bytes = "SELECT '\\x01'::bytea";
    expect(await reading.rows(bytes)).toEqual([['\\x01']]);
    expect(await reading.rows(bytes, { settings: new Map([['bytea_output', 'escape']]) })).toEqual([['\\001']]);
  });

  it.each([
    'SELECT now()',
    'SELECT clock_timestamp()',
    'SELECT current_timestamp',
    'SELECT random()',
    "SELECT 'now'::timestamptz",
    "SELECT (name || 'now')::text, 'now'::timestamp FROM mz_roles LIMIT 1",
    "SELECT coalesce(nullif('now', 'x')::timestamptz, now())",
  ])('do not stand still: %s', async (text) => {
    const first = await reading.rows(text);
    // The engine's clock counts milliseconds.
    const read = Date.now();
    await expect.poll(() => Date.now(), { interval: 1 }).toBeGreaterThan(read);
    expect(await reading.rows(text)).not.toEqual(first);
  });

  it('of live and seen relations are not kept', async () => {
    const count = 'SELECT count(*) FROM mz_internal.mz_sessions';
    const before = await reading.column(count);
    sessions.pop();
    expect(await reading.column(count)).not.toEqual(before);
    const keys = 'SELECT count(*) FROM mz_internal.mz_ssh_tunnel_host_keys';
    const keysBefore = await reading.column(keys);
    seen.add(hostKey('u2', 'SHA256:late', 9));
    expect(await reading.column(keys)).not.toEqual(keysBefore);
  });
});
