import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { freePort } from '../../support/ports.ts';
import { startSshd } from '../../support/sshd.ts';
import { innerNetwork } from './inner-network.ts';
import { createWorld, echo, failureOf } from './world.ts';

const network = innerNetwork();

/** A server that says `greeting` to everyone, and then closes unless it is to keep silent. */
async function stranger(greeting: string, close: boolean): Promise<{ host: string; port: number } & AsyncDisposable> {
  const port = await freePort();
  const server = createServer((socket) => {
    socket.on('error', () => {});
    if (close) socket.end(greeting);
    else socket.write(greeting);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    host: '127.0.0.1',
    port,
    async [Symbol.asyncDispose]() {
      server.close();
    },
  };
}

describe('a bastion that cannot be used is told by its hop, its reason and the fix', () => {
  it.each([
    ['speaks HTTP', 'HTTP/1.1 400 Bad Request\r\n\r\n', true, 'not an SSH server, it says "HTTP/1.1 400 Bad Request"'],
    ['speaks SMTP', '220 mail ESMTP\r\n', true, 'it is not an SSH server, it says "220 mail ESMTP"'],
    ['is crowded', 'Exceeded MaxStartups\r\n', true, 'too many logins are under way on it (MaxStartups)'],
    ['punishes us', 'Not allowed at this time\r\n', true, 'it refuses connections from here for now'],
    ['hangs up', '', true, 'it closed the connection before the SSH greeting'],
    ['says nothing', '', false, 'it accepts connections but sends no SSH greeting'],
    ['stops after its greeting', 'SSH-2.0-OpenSSH_9.2p1\r\n', false, 'it stopped answering during the handshake'],
    ['greets without end', 'a line of greeting\r\n'.repeat(2000), false, 'it is not an SSH server'],
  ])('one that %s', async (_name, greeting, close, message) => {
    await using world = createWorld({ timeouts: { handshakeMs: 4000 } });
    await using server = await stranger(greeting, close);
    const { id } = world.declared.declare({ ...server, user: 'x' });
    const failure = await failureOf(world.check(id));
    expect(failure).toMatchObject({
      stage: 'bastion.handshake',
      code: '08001',
      message: expect.stringContaining(message),
    });
    expect(failure.message).toContain(`bastion "127.0.0.1:${server.port}"`);
    expect(failure.hint).toBeTruthy();
  });

  it('whose name or port is wrong', async () => {
    await using world = createWorld();
    const nowhere = { host: 'no-such-host.invalid', port: 22, user: 'x' };
    const { id } = world.declared.declare(nowhere);
    expect(await failureOf(world.check(id))).toMatchObject({ stage: 'bastion.resolve', code: '08001' });
    const closed = world.declared.declare({ host: network.netns.address, port: await freePort(), user: 'x' });
    expect(await failureOf(world.check(closed.id))).toMatchObject({
      stage: 'bastion.connect',
      message: expect.stringContaining('connection refused'),
    });
  });

  it('whose user does not exist', async () => {
    await using world = createWorld();
    await using sshd = await startSshd({ netns: network.netns });
    const { id } = world.declared.declare(sshd, { user: 'nobody-here' });
    const failure = await failureOf(world.check(id));
    expect(failure).toMatchObject({ stage: 'bastion.authenticate', code: '28000' });
    expect(failure.hint).toContain('does not exist');
  });

  it('with which there is no common algorithm', async () => {
    await using world = createWorld();
    await using sshd = await startSshd({
      netns: network.netns,
      config: ['KexAlgorithms sntrup761x25519-sha512@openssh.com'],
    });
    const { id } = world.declared.declare(sshd);
    expect(await failureOf(world.check(id))).toMatchObject({
      stage: 'bastion.handshake',
      message: expect.stringContaining('no common algorithm'),
    });
  });

  it('that allows one try only: the key that works is found all the same', async () => {
    await using world = createWorld();
    await using sshd = await startSshd({ netns: network.netns, config: ['MaxAuthTries 1'] });
    const { id, keys } = world.declared.declare(sshd);
    sshd.install(keys[0].publicKey);
    const check = await world.check(id);
    expect(check.accepted).toEqual([true, false]);
    expect(await world.tunnels.acceptsKey(id, 1, world.declared, AbortSignal.timeout(60_000))).toBe(true);
    expect(await world.tunnels.acceptsKey(id, 2, world.declared, AbortSignal.timeout(60_000))).toBe(false);
  });
});

describe('a bastion that does not forward', () => {
  it.each([
    ['AllowTcpForwarding no', ''],
    ['DisableForwarding yes', ''],
    ['PermitOpen 127.0.0.1:1', ''],
    ['', 'restrict '],
    ['', 'permitopen="127.0.0.1:1" '],
  ])('says so (config %j, key options %j)', async (config, keyOptions) => {
    await using world = createWorld();
    await using sshd = await startSshd({ netns: network.netns, config: config === '' ? [] : [config] });
    const { id, keys } = world.declared.declare(sshd);
    sshd.install(`${keyOptions}${keys[0].publicKey}`);
    const check = await world.check(id);
    expect(check.notices.find((entry) => entry.severity === 'WARNING')?.message).toContain(
      'administratively prohibited',
    );
    const failure = await failureOf(world.connect(id, network.inner.port));
    expect(failure).toMatchObject({ stage: 'tunnel.forward', code: '08004' });
    expect(failure.hint).toContain('PermitOpen');
  });

  it('to a port that is closed, a name that it does not know, or a host that does not answer', async () => {
    await using world = createWorld({ timeouts: { openMs: 4000 } });
    await using sshd = await startSshd({ netns: network.netns });
    const { id, keys } = world.declared.declare(sshd);
    sshd.install(keys[0].publicKey);
    const message = async (host: string, port: number) => {
      const failure = await failureOf(world.connect(id, port, host));
      expect(failure).toMatchObject({ stage: 'tunnel.forward', code: '08004' });
      return failure.message;
    };
    expect(await message('127.0.0.1', 9)).toContain('connection refused');
    expect(await message('nowhere.internal', 5432)).toContain('the bastion does not know that name');
    network.netns.exec('ip', ['route', 'add', 'blackhole', '203.0.113.1']);
    expect(await message('203.0.113.1', 5432)).toContain('it could not start the connection');
    // Routed into the wire, where nobody has the address.
    network.netns.exec('ip', ['route', 'add', '203.0.113.2', 'dev', 'eth0']);
    network.netns.exec('ip', ['neigh', 'add', '203.0.113.2', 'lladdr', '02:00:00:00:00:09', 'dev', 'eth0']);
    const slow = message('203.0.113.2', 5432);
    expect(await echo(await world.connect(id, network.inner.port), 'not held up')).toBe('not held up');
    expect(await slow).toContain('no answer within');
    expect(world.tunnels.statuses()[0]).toMatchObject({ sessions: 1 });
  });
});
