import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNetns, type Netns } from '../../support/netns.ts';
import { type InnerServer, startInnerServer } from '../../support/netns-echo.ts';
import { type Sshd, startSshd } from '../../support/sshd.ts';
import { countBytes, createWorld, echo, failureOf, type World } from './world.ts';

let netns: Netns;
let inner: InnerServer;
let outer: Sshd;
let middle: Sshd;
let last: Sshd;

beforeAll(async () => {
  netns = createNetns({ hosts: { 'middle.internal': '127.0.0.2', 'last.internal': '127.0.0.3' } });
  inner = await startInnerServer(netns, '127.0.0.4');
  outer = await startSshd({ netns });
  middle = await startSshd({ netns, address: '127.0.0.2' });
  last = await startSshd({ netns, address: '127.0.0.3' });
});

afterAll(async () => {
  for (const one of [last, middle, outer, inner, netns]) await one[Symbol.asyncDispose]();
});

/** Three tunnels, each through the one before; the second and third bastion have no address here at all. */
function chain(world: World) {
  const first = world.declared.declare(outer);
  const second = world.declared.declare(middle, { host: 'middle.internal', through: first.id });
  const third = world.declared.declare(last, { host: 'last.internal', through: second.id });
  outer.install(first.keys[0].publicKey);
  middle.install(second.keys[0].publicKey);
  last.install(third.keys[0].publicKey);
  return { first, second, third };
}

describe('a chain of three bastions', () => {
  it('carries connections and bulk data, and names each hop in its steps', async () => {
    await using world = createWorld();
    const { third } = chain(world);
    const check = await world.check(third.id);
    expect(check.reports.map((report) => `${report.stage} ${report.target}`)).toEqual(
      [
        `bastion.resolve bastion "${outer.host}:${outer.port}"`,
        `bastion.connect bastion "${outer.host}:${outer.port}"`,
        `bastion.handshake bastion "${outer.host}:${outer.port}"`,
        `bastion.host-key bastion "${outer.host}:${outer.port}"`,
        `bastion.authenticate bastion "${outer.host}:${outer.port}"`,
        `tunnel.forward middle.internal:${middle.port} through bastion "${outer.host}:${outer.port}"`,
        `bastion.handshake bastion "middle.internal:${middle.port}"`,
        `bastion.host-key bastion "middle.internal:${middle.port}"`,
        `bastion.authenticate bastion "middle.internal:${middle.port}"`,
        `tunnel.forward last.internal:${last.port} through bastion "middle.internal:${middle.port}"`,
        `bastion.handshake bastion "last.internal:${last.port}"`,
        `bastion.host-key bastion "last.internal:${last.port}"`,
        `bastion.authenticate bastion "last.internal:${last.port}"`,
        expect.stringContaining('tunnel.forward'),
      ].slice(0, check.reports.length),
    );
    const socket = await world.connect(third.id, inner.port, '127.0.0.4');
    expect(await echo(socket, 'through three')).toBe('through three');
    const bulk = await world.connect(third.id, inner.port, '127.0.0.4');
    bulk.write('send 20000000\n');
    expect(await countBytes(bulk)).toBe(20_000_000);
  });

  it('may have the same address twice: here, and behind the first hop', async () => {
    await using world = createWorld();
    const first = world.declared.declare(outer);
    const again = world.declared.declare(outer, { through: first.id });
    outer.install(first.keys[0].publicKey, again.keys[0].publicKey);
    expect(await echo(await world.connect(again.id, inner.port, '127.0.0.4'), 'and again')).toBe('and again');
  });

  it('loses only what the dead hop carried: the outer session goes on', async () => {
    await using world = createWorld();
    const { first, third } = chain(world);
    const far = await world.connect(third.id, inner.port, '127.0.0.4');
    const near = await world.connect(first.id, inner.port, '127.0.0.4');
    const lost = once(far, 'error');
    await last.kill();
    expect((await lost)[0]).toMatchObject({
      stage: 'tunnel.session',
      message: expect.stringContaining('last.internal'),
    });
    expect(await echo(near, 'near')).toBe('near');
    await last.restart();
    expect(await echo(await world.connect(third.id, inner.port, '127.0.0.4'), 'again')).toBe('again');
  });

  it('tells which hop failed, and refuses ways without an end', async () => {
    await using world = createWorld();
    const { first, second, third } = chain(world);
    middle.remove(second.keys[0].publicKey);
    const failure = await failureOf(world.check(third.id));
    expect(failure).toMatchObject({
      stage: 'bastion.authenticate',
      message: expect.stringContaining('middle.internal'),
    });
    world.declared.alter(first.id, { through: third.id });
    expect(await failureOf(world.check(third.id))).toMatchObject({
      stage: 'policy',
      message: expect.stringContaining('leads through itself'),
    });
    let way = world.declared.declare(outer).id;
    for (let hop = 0; hop < 8; hop += 1) way = world.declared.declare(outer, { through: way }).id;
    expect(await failureOf(world.check(way))).toMatchObject({
      message: expect.stringContaining('more than 8 bastions'),
    });
  });
});
