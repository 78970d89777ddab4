import { afterAll, beforeAll, expect, it } from 'vitest';
import { runChaos } from './chaos.ts';
import { connectInARow, nothingLeft, openSocketsOf } from './load.ts';
import { createRelayWorld, type RelayWorld } from './world.ts';

let world: RelayWorld;

beforeAll(async () => {
  world = await createRelayWorld({ settings: { max_connections: '60' } });
});

afterAll(() => world[Symbol.asyncDispose]());

it('bastion, server and clients killed at random for 30 s: each next connect works, nothing is left', {
  timeout: 600_000,
}, async () => {
  await connectInARow(world, 16, 8);
  const sockets = openSocketsOf(world.server.pid);
  const seed = 1;
  const { answered, lost, complaints, kills } = await runChaos(world, 30, seed);
  expect({ seed, complaints }).toEqual({ seed, complaints: [] });
  expect(answered).toBeGreaterThan(20);
  expect(lost).toBeGreaterThan(0);
  expect(Object.values(kills).reduce((sum, count) => sum + count)).toBeGreaterThan(5);
  await nothingLeft(world, sockets);
});
