import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRelayWorld, type RelayWorld } from './world.ts';

let world: RelayWorld;

beforeAll(async () => {
  world = await createRelayWorld();
});

afterAll(() => world[Symbol.asyncDispose]());

describe('psql with a connection as its database', () => {
  it('lands in the private database behind the bastion', async () => {
    const { stdout, stderr, code } = await world.run('psql', ['-XAtc', 'SELECT current_user, current_database(), 6 * 7']);
    expect({ stdout, stderr, code }).toEqual({ stdout: 'app|app|42\n', stderr: '', code: 0 });
  });
});
