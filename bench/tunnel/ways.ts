import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '../../test/support/ports.ts';
import { createWorld, type World } from '../../test/real/tunnels/world.ts';
import type { Sshd } from '../../test/support/sshd.ts';

/** One way to the far server: each gives connected streams to a port there. */
export interface Way extends AsyncDisposable {
  readonly name: string;
  open(port: number): Promise<Duplex>;
  /** The port here that leads to one there, where there is such a thing. */
  readonly localPort?: (port: number) => number;
  /** CPU seconds used so far on our side beside this process. */
  helperCpuSeconds(): number;
}

/** Where a bastion is reached: itself, or a delay proxy in front of it. */
export interface Place {
  readonly host: string;
  readonly port: number;
}

export async function sallyport(
  sshd: Sshd,
  place: Place,
): Promise<Way & { readonly world: World; readonly id: string }> {
  const world = createWorld();
  const { id, keys } = world.declared.declare(sshd, { ...place });
  sshd.install(keys[0].publicKey);
  return {
    name: 'Sallyport',
    world,
    id,
    open: (port) => world.connect(id, port),
    helperCpuSeconds: () => 0,
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

export const sshOptions = (keyFile: string, place: Place): string[] => [
  ...['-F', '/dev/null', '-i', keyFile, '-p', String(place.port), '-o', 'BatchMode=yes', '-o', 'IdentitiesOnly=yes'],
  ...['-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null', '-o', 'LogLevel=ERROR'],
];

/** `ssh -N -L`, one forward for each port that is asked for. */
export async function sshForward(
  name: string,
  sshd: Sshd,
  options: {
    readonly place: Place;
    readonly keyFile: string;
    readonly ports: readonly number[];
    readonly extra?: readonly string[];
  },
): Promise<Way> {
  const local = new Map<number, number>();
  for (const port of options.ports) local.set(port, await freePort());
  const forwards = [...local].flatMap(([port, here]) => ['-L', `127.0.0.1:${here}:127.0.0.1:${port}`]);
  const args = ['-N', ...forwards, ...(options.extra ?? []), ...sshOptions(options.keyFile, options.place)];
  const child = spawn('ssh', [...args, `${sshd.user}@${options.place.host}`], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  process.once('exit', () => child.kill('SIGKILL'));
  const open = async (port: number) => {
    const socket = connect({ host: '127.0.0.1', port: local.get(port) ?? 0, noDelay: true });
    socket.on('error', () => {});
    await once(socket, 'connect');
    return socket;
  };
  await untilListening(open, options.ports[0] ?? 0);
  return {
    name,
    open,
    localPort: (port) => local.get(port) ?? 0,
    helperCpuSeconds: () => cpuSecondsOf(child),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

async function untilListening(open: (port: number) => Promise<Duplex>, port: number): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      (await open(port)).destroy();
      return;
    } catch (error) {
      if (attempt === 200) throw error;
      await wait(50);
    }
  }
}

export function cpuSecondsOf(child: ChildProcess): number {
  const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** A key for ssh(1), installed on the bastion. */
export function keyFileFor(world: World, sshd: Sshd, folder: string): string {
  const path = join(folder, 'id');
  const { keys } = world.declared.declare(sshd);
  keys[0].privateKey.use((pem) => writeFileSync(path, pem, { mode: 0o600 }));
  sshd.install(keys[0].publicKey);
  return path;
}
