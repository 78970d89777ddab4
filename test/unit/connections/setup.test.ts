import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import {
  bastionSetup,
  type ConnectionKind,
  type Hop,
  kindByType,
  kinds,
  type SshTunnelDetails,
  wayOf,
} from '../../../src/connections/index.ts';
import { planned } from '../../support/connection-run.ts';

const tunnelKind = kindByType('ssh-tunnel') as ConnectionKind<SshTunnelDetails>;
const tunnel = (written: Readonly<Record<string, string | { readonly connection: string }>> = {}): SshTunnelDetails =>
  planned(tunnelKind, { HOST: 'bastion.example', USER: 'bastion-user', ...written });

const publicKeys = ['ssh-ed25519 AAAA1 materialize', 'ssh-ed25519 AAAA2 materialize'] as const;

describe('the text for the bastion', () => {
  const base = { tunnel: 't', details: tunnel(), publicKeys, dependants: [], egressAddresses: [] };

  test('restricts both keys to what the connections need', () => {
    const text = bastionSetup({
      ...base,
      dependants: [
        { name: 'pg', targets: [{ host: 'db.internal', port: 5432 }] },
        { name: 'six', targets: [{ host: '::1', port: 5432 }] },
        { name: 'same', targets: [{ host: 'db.internal', port: 5432 }] },
      ],
      egressAddresses: ['203.0.113.7', '2001:db8::7'],
    });
    const options =
      'restrict,port-forwarding,from="203.0.113.7,2001:db8::7",permitopen="db.internal:5432",permitopen="[::1]:5432"';
    for (const key of publicKeys) expect(text.split('\n')).toContain(`${options} ${key}`);
    expect(text).toContain('TCP port 22 from 203.0.113.7, 2001:db8::7');
  });

  test('names no target while one is not known, and says why', () => {
    const text = bastionSetup({
      ...base,
      dependants: [{ name: 'k', targets: null, unknownBecause: 'it was never validated' }],
    });
    expect(text.split('\n')).toContain(`restrict,port-forwarding ${publicKeys[0]}`);
    expect(text).toContain('where "k" goes is not known, it was never validated');
  });

  test('takes its own older lines away, whatever they allowed', () => {
    const lines = bastionSetup(base).split('\n');
    const command = lines.find((line) => line.startsWith('sed ')) ?? '';
    const [program = ''] = command.split(' ~');
    const file = ['restrict ssh-ed25519 AAAA1 materialize', 'ssh-ed25519 AAAA3 somebody', 'ssh-ed25519 AAAA2 x', ''];
    const rest = execFileSync('bash', ['-c', program.replace('sed -i', 'sed')], {
      input: file.join('\n'),
      encoding: 'utf8',
    });
    expect(rest).toBe('ssh-ed25519 AAAA3 somebody\n');
  });

  test('is a script that a shell can read', () => {
    execFileSync('bash', ['-n'], { input: bastionSetup(base) });
  });

  test.each(['x; reboot', 'a b', "it's", '$(reboot)', '-rf', 'a"b'])(
    'makes no commands of the user name %s',
    (user) => {
      const text = bastionSetup({ ...base, details: tunnel({ USER: user }), tunnel: 'a\nreboot' });
      const commands = text
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('#') && !line.startsWith('restrict,'));
      expect(commands).toEqual([]);
    },
  );
});

describe('where a Kafka connection leads through a tunnel', () => {
  const kafka = kindByType('kafka')!;
  const details = planned(kafka, {
    BROKERS: ['a:1', 'b:2'],
    'SECURITY PROTOCOL': 'PLAINTEXT',
    'SSH TUNNEL': { connection: 't1' },
  });
  const seen = (target: string) => [{ stage: 'metadata', target, announced: ['b:2', 'c:3', '[::1]:4'] }];

  test('is not known before it was asked, nor when it was asked by way of a broker that is not listed any more', () => {
    expect(kafka.targetsThrough?.(details, 't1', [])).toBeNull();
    expect(kafka.targetsThrough?.(details, 't1', seen('gone:1'))).toBeNull();
  });

  test('is to the listed brokers and to those that the cluster named', () => {
    const targets = kafka.targetsThrough?.(details, 't1', seen('a:1')) ?? [];
    expect(targets.map(({ host, port }) => [host, port])).toEqual([
      ['a', 1],
      ['b', 2],
      ['c', 3],
      ['::1', 4],
    ]);
  });

  test('is to the listed brokers of that tunnel alone when it is not the connection’s own', () => {
    expect(kafka.targetsThrough?.(details, 'other', [])).toEqual([]);
  });
});

test('EXPLAIN shows every hop from here on, each tunnel once, secrets by name', () => {
  const tunnels: Readonly<Record<string, readonly Hop[]>> = {
    t1: tunnelKind.hops(tunnel({ HOST: 'jump.example' })),
    t2: tunnelKind.hops(tunnel({ 'SSH TUNNEL': { connection: 't1' } })),
  };
  const kafka = kindByType('kafka')!;
  const details = planned(kafka, {
    BROKERS: ['a:1', 'b:2'],
    'SASL MECHANISMS': 'PLAIN',
    'SASL USERNAME': { secret: 's1' },
    'SASL PASSWORD': { secret: 's2' },
    'SSH TUNNEL': { connection: 't2' },
  });
  const way = wayOf(kafka.hops(details), {
    tunnel: (id) => ({ name: `tunnel ${id}`, hops: tunnels[id] ?? [], keyFingerprints: ['SHA256:x', 'SHA256:y'] }),
    secretName: (id) => `secret ${id}`,
  });
  expect(way.map(({ hop, address, through }) => [hop, address, through])).toEqual([
    ['SSH bastion', 'jump.example:22', null],
    ['SSH bastion', 'bastion.example:22', 'tunnel t1'],
    ['Kafka broker', 'a:1', 'tunnel t2'],
    ['Kafka broker', 'b:2', 'tunnel t2'],
  ]);
  expect(way[0]).toMatchObject({ resolvedBy: 'this server', keys: 'SHA256:x, SHA256:y', user: 'bastion-user' });
  expect(way[2]).toMatchObject({
    resolvedBy: 'the bastion of tunnel t2',
    keys: null,
    user: 'SECRET secret s1',
    secrets: ['secret s1', 'secret s2'],
    protection: 'TLS, certificate and host name checked',
  });
});

test.each(kinds.map((kind) => [kind.type, kind] as const))(
  '%s: every option says what it is for, and what is shown of it',
  (_type, kind) => {
    for (const [name, spec] of Object.entries(kind.options)) {
      expect(name).toMatch(/^[A-Z0-9 ]+$/);
      expect(spec.doc).toMatch(/\.$/);
      expect(spec.redact || spec.value.form !== 'secret').toBe(true);
    }
  },
);

test('the texts for administrators quote what users wrote', () => {
  const postgres = kindByType('postgres')!;
  const text = postgres.setup?.(planned(postgres, { HOST: 'h', DATABASE: 'my"db', USER: 'a"; DROP' })) ?? '';
  expect(text).toContain('GRANT CONNECT ON DATABASE "my""db" TO "a""; DROP";');
  const mysql = kindByType('mysql')!;
  expect(mysql.setup?.(planned(mysql, { HOST: 'h', USER: "o'neil" }))).toContain("'o\\'neil'@'%'");
});
