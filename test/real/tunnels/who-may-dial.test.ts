import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNetns, type Netns } from '../../support/netns.ts';
import { type InnerServer, startInnerServer } from '../../support/netns-echo.ts';
import { type Sshd, startSshd } from '../../support/sshd.ts';
import { connected, createWorld, echo, failureOf, readBytes } from './world.ts';

let netns: Netns;
let sshd: Sshd;
let inner: InnerServer;

beforeAll(async () => {
  netns = createNetns();
  sshd = await startSshd({ netns });
  inner = await startInnerServer(netns, netns.address);
});

afterAll(async () => {
  for (const one of [inner, sshd, netns]) await one[Symbol.asyncDispose]();
});

const byText = (one = '', other = '') => one.localeCompare(other);
const soon = () => AbortSignal.timeout(60_000);

describe('direct connections', () => {
  it('work without a tunnel, name their steps and end as sockets do', async () => {
    await using world = createWorld();
    const socket = await world.connect(null, inner.port, netns.address);
    expect(await echo(socket, 'direct')).toBe('direct');
    expect(socket.reports).toMatchObject([
      { stage: 'resolve', status: 'ok' },
      { stage: 'connect', status: 'ok', detail: expect.stringContaining(netns.address) },
    ]);
    socket.destroy();
    const early = world.dial({ host: netns.address, port: inner.port, through: null }, { signal: soon() });
    early.write('before it is connected');
    await connected(early);
    early.write('!');
    expect(await readBytes(early, 23)).toBe('before it is connected!');
    early.destroy();
    expect(await failureOf(world.connect(null, 9, netns.address))).toMatchObject({
      stage: 'connect',
      code: '08001',
      message: expect.stringContaining('connection refused'),
    });
    expect(await failureOf(world.connect(null, 1, 'no-such-host.invalid'))).toMatchObject({ stage: 'resolve' });
    const aborted = world.dial(
      { host: netns.address, port: inner.port, through: null },
      { signal: AbortSignal.abort() },
    );
    expect(await failureOf(connected(aborted))).toMatchObject({ code: '57014' });
  });
});

describe('the target policy', () => {
  it('holds for direct connections and for bastions, on resolved addresses, by the right of the owner', async () => {
    const lists = { allow: [] as string[], deny: [] as string[] };
    await using world = createWorld({ targets: () => lists });
    const dial = (ownerIsSuperuser: boolean, host: string, port: number) =>
      connected(
        world.tunnels.dialer({ definitions: world.declared, ownerIsSuperuser })(
          { host, port, through: null },
          { signal: soon() },
        ),
      );
    const refused = { stage: 'policy', code: '42501' };
    expect(await failureOf(dial(false, 'localhost', 22))).toMatchObject(refused);
    expect(await failureOf(dial(true, 'localhost', 9))).toMatchObject({ stage: 'connect' });
    expect(await failureOf(dial(true, '169.254.169.254', 80))).toMatchObject(refused);
    lists.deny = [`${netns.address}/32`];
    expect(await failureOf(dial(true, netns.address, inner.port))).toMatchObject(refused);
    const { id, keys } = world.declared.declare(sshd);
    sshd.install(keys[0].publicKey);
    expect(await failureOf(world.check(id))).toMatchObject(refused);
    lists.deny = [];
    lists.allow = ['10.213.0.0/16'];
    await world.check(id);
    // Behind the tunnel the bastion decides.
    await connected(await world.connect(id, inner.port, netns.address));
    const local = world.declared.declare(sshd, { host: '127.0.0.1', ownerIsSuperuser: false });
    lists.allow = [];
    expect(await failureOf(world.check(local.id))).toMatchObject(refused);
  });
});

describe('egress addresses', () => {
  it('that are local are bound in turn; others are announced only', async () => {
    await using world = createWorld({ egress: () => [netns.hostAddress, '203.0.113.7', netns.secondHostAddress] });
    await using own = await startSshd({ netns });
    const { id, keys } = world.declared.declare(own);
    own.install(keys[0].publicKey);
    for (let login = 0; login < 4; login += 1) await world.check(id);
    const from = own
      .logLines()
      .filter((line) => line.startsWith('Accepted publickey'))
      .map((line) => /from (\S+)/.exec(line)?.[1]);
    expect(from.toSorted(byText)).toEqual(
      [netns.hostAddress, netns.hostAddress, netns.secondHostAddress, netns.secondHostAddress].toSorted(byText),
    );
    const direct = await world.connect(null, inner.port, netns.address);
    expect([netns.hostAddress, netns.secondHostAddress]).toContain((direct as { localAddress?: string }).localAddress);
    direct.destroy();
  });
});
