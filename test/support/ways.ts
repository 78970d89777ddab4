import { CloseStack } from '../../src/close-stack.ts';
import type { Dial } from '../../src/tunnels/index.ts';
import { createWorld, type World } from '../real/tunnels/world.ts';
import { createNetns, type Netns } from './netns.ts';
import { type Sshd, startSshd } from './sshd.ts';

/** The ways that a connection may take to a server: straight, through a bastion, through a bastion behind a jump host. */
export type Way = 'direct' | 'tunnel' | 'jump';

/** A private network with a bastion in it, a jump host outside, and the tunnels room that dials through them. */
export interface Ways extends AsyncDisposable {
  readonly netns: Netns;
  readonly bastion: Sshd;
  readonly world: World;
  readonly dial: Dial;
  /** Id of the way's tunnel, as an option's value takes it; nothing for `direct`. */
  tunnel(way: Way): { readonly 'SSH TUNNEL'?: { readonly connection: string } };
}

export async function openWays(options: { readonly hosts?: Readonly<Record<string, string>> } = {}): Promise<Ways> {
  await using opened = new CloseStack();
  const netns = opened.use(createNetns(options));
  const bastion = opened.use(await startSshd({ netns }));
  const jumpHost = opened.use(await startSshd());
  const world = opened.use(createWorld({ timeouts: { openMs: 8_000 } }));
  const outer = world.declared.declare(jumpHost, { id: 'outer' });
  const ids = {
    tunnel: world.declared.declare(bastion, { id: 'tunnel' }),
    jump: world.declared.declare(bastion, { id: 'jump', through: 'outer' }),
  };
  jumpHost.install(outer.keys[0].publicKey);
  bastion.install(ids.tunnel.keys[0].publicKey, ids.jump.keys[0].publicKey);
  const parts = opened.move();
  return {
    netns,
    bastion,
    world,
    dial: world.dial,
    tunnel: (way) => (way === 'direct' ? {} : { 'SSH TUNNEL': { connection: way } }),
    [Symbol.asyncDispose]: () => parts[Symbol.asyncDispose](),
  };
}
