import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { type ObservationChange, type Retention, openObservations } from '../../../src/observations/index.ts';
import { silentLog } from '../../../src/telemetry/index.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const hostKey = (n: number) => ({
  algorithm: 'ssh-ed25519',
  fingerprint: `SHA256:${n}`,
  publicKey: `ssh-ed25519 ${n}`,
});
const status = (n: number) => ({ tunnelId: 'u1', state: `state ${n}`, error: null, stage: null, hint: null });
const validation = {
  connectionId: 'u2',
  connectionName: 'materialize.public.pg',
  role: 'materialize',
  startedAt: '2026-01-01T00:00:00.000Z',
  result: 'failed',
  failingStage: 'tls',
  error: 'certificate has expired',
  stages: [{ stage: 'tls', target: 'db:5432', status: 'failed', durationMs: 1.5 }],
} as const;

/** A clock that tests move. */
function clock(): { readonly now: () => Date; readonly advance: (ms: number) => void } {
  let time = Date.parse('2026-06-01T00:00:00.000Z');
  return {
    now: () => new Date(time),
    advance: (ms) => {
      time += ms;
    },
  };
}

const open = (directory: string, options: { readonly retention?: Retention; readonly now?: () => Date } = {}) =>
  openObservations({ directory, log: silentLog, ...options });

describe('keys', () => {
  it('are seen at once, and after a restart', async () => {
    using directory = temporaryDirectory();
    const { now, advance } = clock();
    const expected = [
      {
        ...hostKey(1),
        tunnelId: 'u1',
        firstSeenAt: '2026-06-01T00:00:00.000Z',
        lastSeenAt: '2026-06-01T00:00:05.000Z',
      },
      {
        ...hostKey(2),
        tunnelId: 'u1',
        firstSeenAt: '2026-06-01T00:00:00.000Z',
        lastSeenAt: '2026-06-01T00:00:00.000Z',
      },
    ];
    {
      await using observations = await open(directory.path, { now });
      observations.hostKeySeen('u1', hostKey(1));
      observations.hostKeySeen('u1', hostKey(2));
      observations.keyAccepted('u1', { fingerprint: 'SHA256:k', bastion: 'b:22' });
      advance(5_000);
      observations.hostKeySeen('u1', hostKey(1));
      observations.keyAccepted('u1', { fingerprint: 'SHA256:k', bastion: 'b:22' });
      expect(observations.hostKeys('u1')).toEqual(expected);
    }
    await using observations = await open(directory.path, { now });
    expect(observations.hostKeys('u1')).toEqual(expected);
    expect(observations.hostKeys('u9')).toEqual([]);
    expect(observations.keyAcceptances('u1')).toEqual([
      {
        tunnelId: 'u1',
        fingerprint: 'SHA256:k',
        bastion: 'b:22',
        firstAcceptedAt: '2026-06-01T00:00:00.000Z',
        lastAcceptedAt: '2026-06-01T00:00:05.000Z',
      },
    ]);
  });

  it('are forgotten on request, and learned anew', async () => {
    using directory = temporaryDirectory();
    {
      await using observations = await open(directory.path);
      observations.hostKeySeen('u1', hostKey(1));
      await observations.flush();
      observations.keyAccepted('u1', { fingerprint: 'SHA256:k', bastion: 'b:22' });
      observations.hostKeysForgotten('u1');
      expect(observations.hostKeys('u1')).toEqual([]);
      observations.hostKeySeen('u1', hostKey(2));
      observations.hostKeySeen('u2', hostKey(1));
      observations.dropped('u2');
      observations.dropped('u3');
    }
    await using observations = await open(directory.path);
    expect(observations.hostKeys('u1').map((key) => key.fingerprint)).toEqual(['SHA256:2']);
    expect(observations.keyAcceptances('u1')).toHaveLength(1);
    expect(observations.hostKeys('u2')).toEqual([]);
  });
});

describe('the feed', () => {
  it('gives what is held and then each change, written or not', async () => {
    using directory = temporaryDirectory();
    await using observations = await open(directory.path, clock());
    observations.tunnelChanged(status(1));
    observations.validationEnded(validation);
    await observations.flush();
    observations.tunnelChanged(status(2));
    observations.secretUsed({ secretId: 'u3', connectionId: 'u2', role: 'app' });
    observations.hostKeySeen('u1', hostKey(1));
    const told: ObservationChange[] = [];
    observations.onChange((change) => told.push(change));
    observations.onChange(() => {
      throw new Error('a listener of another room');
    });
    const loading = observations.load();
    observations.tunnelChanged(status(3));
    await observations.flush();
    const occurredAt = '2026-06-01T00:00:00.000Z';
    expect([...loading]).toEqual([
      { table: 'hostKeys', row: observations.hostKeys('u1')[0] },
      { table: 'validations', id: 1, occurredAt, row: validation },
      { table: 'tunnelStatuses', id: 1, occurredAt, row: status(1) },
      { table: 'tunnelStatuses', id: 2, occurredAt, row: status(2) },
      { table: 'secretUses', id: 1, occurredAt, row: { secretId: 'u3', connectionId: 'u2', role: 'app' } },
    ]);
    expect(told).toEqual([{ table: 'tunnelStatuses', id: 3, occurredAt, row: status(3) }]);
  });

  it('is on disk soon without being asked', async () => {
    using directory = temporaryDirectory();
    await using observations = await open(directory.path);
    observations.tunnelChanged(status(1));
    const reader = new Database(join(directory.path, 'observations.db'), { readonly: true });
    const count = reader.prepare('SELECT count(*) FROM tunnel_statuses').pluck();
    await expect.poll(() => count.get()).toBe(1);
    reader.close();
  });

  it('goes on when the file cannot be written, and catches up', async () => {
    using directory = temporaryDirectory();
    await using observations = await open(directory.path);
    const writer = new Database(join(directory.path, 'observations.db'));
    writer.exec("CREATE TRIGGER refusal BEFORE INSERT ON tunnel_statuses BEGIN SELECT raise(ABORT, 'refused'); END");
    observations.tunnelChanged(status(1));
    observations.hostKeySeen('u1', hostKey(1));
    await expect(observations.flush()).rejects.toThrow('refused');
    expect(observations.hostKeys('u1')).toHaveLength(1);
    expect([...observations.load()].map((change) => change.table)).toEqual(['hostKeys', 'tunnelStatuses']);
    writer.exec('DROP TRIGGER refusal');
    await observations.flush();
    expect(writer.prepare('SELECT state FROM tunnel_statuses').pluck().all()).toEqual(['state 1']);
    writer.close();
  });
});

describe('retention', () => {
  const pruned = (changes: readonly ObservationChange[]) => changes.filter((change) => change.table === 'pruned');
  const idsOf = (changes: Iterable<ObservationChange>) =>
    [...changes].flatMap((change) => ('id' in change ? [change.id] : []));

  it('cuts to a number of rows and says so', async () => {
    using directory = temporaryDirectory();
    await using observations = await open(directory.path, { retention: { days: 30, rows: 10 } });
    const told: ObservationChange[] = [];
    observations.onChange((change) => told.push(change));
    for (let n = 1; n <= 25; n += 1) observations.tunnelChanged(status(n));
    await observations.flush();
    expect(pruned(told)).toEqual([{ table: 'pruned', history: 'tunnelStatuses', upToId: 15 }]);
    expect(idsOf(observations.load())).toEqual([16, 17, 18, 19, 20, 21, 22, 23, 24, 25]);
  });

  it('cuts by age, also after a restart, and never gives an id twice', async () => {
    using directory = temporaryDirectory();
    const { now, advance } = clock();
    const options = { now, retention: { days: 2, rows: 100 } };
    {
      await using observations = await open(directory.path, options);
      observations.tunnelChanged(status(1));
      advance(86_400_000);
      observations.tunnelChanged(status(2));
    }
    advance(1.5 * 86_400_000);
    {
      await using observations = await open(directory.path, options);
      await observations.flush();
      expect(idsOf(observations.load())).toEqual([2]);
      advance(86_400_000);
      await observations.flush();
      expect(idsOf(observations.load())).toEqual([]);
    }
    await using observations = await open(directory.path, options);
    observations.tunnelChanged(status(3));
    expect(idsOf(observations.load())).toEqual([3]);
  });

  it('holds while far more comes than it keeps', async () => {
    using directory = temporaryDirectory();
    await using observations = await open(directory.path, { retention: { days: 30, rows: 500 } });
    for (let n = 1; n <= 12_345; n += 1) observations.secretUsed({ secretId: 'u1', connectionId: 'u2', role: 'r' });
    await observations.flush();
    const ids = idsOf(observations.load());
    expect([ids.length, ids.at(-1)]).toEqual([500, 12_345]);
  });
});

it('a file of a newer release is refused', async () => {
  using directory = temporaryDirectory();
  await (await open(directory.path))[Symbol.asyncDispose]();
  const database = new Database(join(directory.path, 'observations.db'));
  database.pragma('user_version = 999');
  database.close();
  await expect(open(directory.path)).rejects.toMatchObject({ name: 'StartRefused', code: 'newer-format' });
});
