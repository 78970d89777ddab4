import { type ChildProcess, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { temporaryFolder } from './daemon.ts';
import type { Netns } from './netns.ts';
import { ended, hasEnded, signal, stopAll } from './processes.ts';

const port = 2222;
const startTimeoutMs = 120_000;

/**
 * A machine as an administrator finds it: Debian's own sshd with Debian's own configuration, in a namespace, with an `/etc` and a `/home`
 * of its own, so that what is run there as root touches nothing here.
 */
export interface BastionMachine extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** Runs a text in a root shell; resolves when sshd serves with what it was told to load again. @throws when a command fails. */
  administer(script: string): Promise<void>;
  read(path: string): string;
}

export async function startBastionMachine(netns: Netns): Promise<BastionMachine> {
  const folder = temporaryFolder('machine');
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const machine = new Machine(netns, folder, netns.spawn('unshare', ['--mount', 'sh', '-euc', boot(folder)]));
  // There is no systemd: what `systemctl reload ssh` does is a signal.
  writeFileSync(join(bin, 'systemctl'), `#!/bin/sh\nkill -HUP ${machine.pid}\n`, { mode: 0o755 });
  await machine.listening(1);
  return machine;
}

const boot = (folder: string): string => `
  # Other tests' namespaces and accounts come and go meanwhile: a file that has gone is none that is missed.
  cp -a /etc ${folder}/etc 2>/dev/null || [ -f ${folder}/etc/ssh/sshd_config ]
  mount --bind ${folder}/etc /etc
  mount -t tmpfs tmpfs /home
  mkdir -p /run/sshd
  ssh-keygen -A >/dev/null
  exec /usr/sbin/sshd -D -e -p ${port}`;

class Machine implements BastionMachine {
  readonly host: string;
  readonly port = port;
  readonly #folder: string;
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];
  readonly #output: ReturnType<typeof createInterface>;
  readonly #endNow = (): void => {
    for (const pid of this.#child.pid === undefined ? [] : stopAll(this.#child.pid)) signal(pid, 'SIGKILL');
  };

  constructor(netns: Netns, folder: string, child: ChildProcess) {
    if (child.stderr === null) throw new Error('the machine has no output');
    this.host = netns.address;
    this.#folder = folder;
    this.#child = child;
    this.#output = createInterface({ input: child.stderr }).on('line', (line) => this.#lines.push(line));
    process.once('exit', this.#endNow);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  async administer(script: string): Promise<void> {
    const times = this.#timesListening;
    const env = { ...process.env, PATH: `${join(this.#folder, 'bin')}:${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };
    execFileSync('nsenter', ['-t', String(this.pid), '-m', '-n', 'bash', '-e'], {
      input: script,
      env,
      encoding: 'utf8',
    });
    await this.listening(times + 1);
  }

  read(path: string): string {
    return execFileSync('nsenter', ['-t', String(this.pid), '-m', 'cat', path], { encoding: 'utf8' });
  }

  async listening(times: number): Promise<void> {
    const deadline = AbortSignal.timeout(startTimeoutMs);
    while (this.#timesListening < times) {
      if (hasEnded(this.#child)) throw new Error(`the machine went down:\n${this.#lines.join('\n')}`);
      await Promise.race([once(this.#output, 'line', { signal: deadline }), ended(this.#child)]);
    }
  }

  get #timesListening(): number {
    return this.#lines.filter((line) => line.startsWith('Server listening on 0.0.0.0')).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#endNow();
    await ended(this.#child);
    process.off('exit', this.#endNow);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
