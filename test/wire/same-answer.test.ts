import type * as Crypto from 'node:crypto';
import { expect, test, vi } from 'vitest';
import { materializeRoleId, openCatalogStore, put } from '../../src/catalog/index.ts';
import { Secret, passwordVerifier } from '../../src/secrets/index.ts';
import { proofFor } from '../../src/session/logins.ts';
import { silentLog } from '../../src/telemetry/index.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { errorFields, typed, WireClient } from '../support/wire-client.ts';
import { listenToy, ToyHandler } from './toy/handler.ts';

/** Every operation that hashes, by its name, in the order in which they were asked for. */
const operations: string[] = [];

vi.mock('node:crypto', async (original) => {
  const crypto = await original<typeof Crypto>();
  const counted =
    <Arguments extends unknown[], Result>(name: string, run: (...args: Arguments) => Result) =>
    (...args: Arguments): Result => {
      operations.push(name);
      return run(...args);
    };
  return {
    ...crypto,
    createHash: counted('hash', crypto.createHash),
    createHmac: counted('hmac', crypto.createHmac),
    pbkdf2: counted('pbkdf2', crypto.pbkdf2),
    pbkdf2Sync: counted('pbkdf2', crypto.pbkdf2Sync),
    timingSafeEqual: counted('compare', crypto.timingSafeEqual),
  };
});

/** The server's messages as anybody can see them: types, lengths, and what differs by chance taken out. */
async function login(port: number, user: string): Promise<string[]> {
  await using client = await WireClient.connect({ port });
  client.startup({ user, database: 'd' });
  const offered = await client.until('R');
  const nonce = 'abcdefghijklmnopqrstuvwx';
  const first = Buffer.from(`n,,n=,r=${nonce}`);
  const length = Buffer.alloc(4);
  length.writeInt32BE(first.length);
  client.send(typed('p', Buffer.concat([Buffer.from('SCRAM-SHA-256\0'), length, first])));
  const asked = await client.until('R');
  const text = asked.at(-1)?.body.toString('utf8', 4) ?? '';
  const [, serverNonce = '', salt = '', iterations = ''] = /^r=([^,]+),s=([^,]+),i=(\d+)$/.exec(text) ?? [];
  // No client hashes here: the proof is wrong, and the counts are the server's own.
  client.send(typed('p', `c=biws,r=${serverNonce},p=${Buffer.alloc(32).toString('base64')}`));
  const end = await client.untilClosed();
  const fields = errorFields(end.at(-1));
  return [
    ...[...offered, ...asked, ...end].map(({ type, body }) => `${type} ${body.length}`),
    `salt of ${Buffer.from(salt, 'base64').length} bytes, ${iterations} iterations`,
    `${fields['C']} ${fields['M']?.replace(user, 'USER')}`,
  ];
}

test('roles that do not exist, have no password or may not log in cannot be told from a wrong password', async () => {
  using directory = temporaryDirectory();
  await using store = await openCatalogStore({ directory: directory.path, log: silentLog });
  const first = store.current.role(materializeRoleId);
  if (first === undefined) throw new Error('there is no first role');
  const verifier = await passwordVerifier(new Secret('correct horse'));
  const roleRow = (number: number, changes: Partial<typeof first>): typeof first => ({
    ...first,
    id: `u${number}` as typeof first.id,
    oid: first.oid + number * 1_000,
    name: `user${number}`,
    superuser: false,
    passwordVerifier: verifier,
    ...changes,
  });
  const rows = [roleRow(1, {}), roleRow(2, { passwordVerifier: null }), roleRow(3, { login: false })];
  await store.commit(
    store.current.version,
    rows.map((row) => put('roles', row)),
    [],
  );
  const rules = { auth: 'scram', allowPlaintext: false, inventionKey: Buffer.alloc(32, 7) } as const;
  const handler = new ToyHandler();
  handler.verifier = async (startup, peer) => proofFor(startup, peer, store.current, rules);
  await using listener = await listenToy({ handler });

  const seen = new Map<string, { readonly said: string[]; readonly worked: string[] }>();
  for (const user of ['user1', 'user2', 'user3', 'user4']) {
    operations.length = 0;
    const said = await login(listener.address.port, user);
    seen.set(user, { said, worked: [...operations] });
  }
  const known = seen.get('user1');
  expect(known?.said.at(-1)).toBe('28P01 password authentication failed for user "USER"');
  expect(known?.worked.length).toBeGreaterThan(3);
  expect(known?.worked).not.toContain('pbkdf2');
  for (const [user, found] of seen) expect({ user, ...found }).toEqual({ user, ...known });
});
