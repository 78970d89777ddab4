import { createHook } from 'node:async_hooks';
import { lookup } from 'node:dns/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CloseStack } from '../../../src/close-stack.ts';
import {
  bastionSetup,
  type ConnectionKind,
  kindByType,
  type SshTunnelDetails,
} from '../../../src/connections/index.ts';
import { failure, planned, type Run, run, type Written } from '../../support/connection-run.ts';
import { password, startPostgres, type TestPostgres } from '../../support/postgres.ts';
import { openWays, type Ways } from '../../support/ways.ts';

const kind = kindByType('postgres')!;
const tunnelKind = kindByType('ssh-tunnel') as ConnectionKind<SshTunnelDetails>;
const opened = new CloseStack();
let ways: Ways;
let inside: TestPostgres;

beforeAll(async () => {
  ways = opened.use(await openWays());
  inside = opened.use(await startPostgres({ netns: ways.netns }));
}, 60_000);

afterAll(() => opened[Symbol.asyncDispose]());

const connection = (written: Readonly<Record<string, Written>> = {}) =>
  planned(kind, {
    HOST: 'db.internal',
    PORT: inside.port,
    DATABASE: 'app',
    USER: 'app',
    PASSWORD: { secret: password },
    ...ways.tunnel('tunnel'),
    ...written,
  });

const validate = (details: unknown): Promise<Run> => run(kind, details, { dial: ways.dial });

test('the text for the bastion lets the connections behind the tunnel through, and nothing else', async () => {
  const { bastion, world, netns } = ways;
  const { keys } = world.declared.get('tunnel');
  const details = planned(tunnelKind, { HOST: bastion.host, PORT: bastion.port, USER: bastion.user });
  const text = bastionSetup({
    tunnel: 'tunnel',
    details,
    publicKeys: [keys[0].publicKey, keys[1].publicKey],
    dependants: [{ name: 'pg', targets: kind.hops(connection()) }],
    egressAddresses: [netns.hostAddress],
  });

  bastion.clear();
  bastion.install(...heredoc(text, 'authorized_keys'));
  await bastion.restart({ config: [...heredoc(text, 'sshd_config.d'), 'Match all'] });

  expect((await validate(connection())).error).toBeUndefined();
  expect(failure(await validate(connection({ HOST: '127.0.0.1' })))).toMatchObject({
    stage: 'tunnel.forward',
    code: '08004',
    message: expect.stringContaining('127.0.0.1'),
  });
});

test('names behind the tunnel are looked up by the bastion alone', async () => {
  ways.bastion.install(ways.world.declared.get('jump').keys[0].publicKey);
  const lookups: { readonly hostname?: string }[] = [];
  const hook = createHook({
    init: (_id, type, _trigger, resource) => {
      if (type === 'GETADDRINFOREQWRAP' || type === 'QUERYWRAP') lookups.push(resource);
    },
  });
  hook.enable();
  await lookup('localhost');
  const result = await validate(connection({ ...ways.tunnel('jump') }));
  hook.disable();
  expect(result.error).toBeUndefined();
  expect(lookups.map(({ hostname }) => hostname)).toEqual(['localhost']);
});

/** The lines between `cat … <<'END'` of the file and `END`. */
function heredoc(text: string, file: string): readonly string[] {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => line.startsWith('cat ') && line.includes(file) && line.endsWith("<<'END'"));
  expect(start).toBeGreaterThan(0);
  return lines.slice(start + 1, lines.indexOf('END', start));
}
