import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Netns } from './netns.ts';
import { freePort } from './ports.ts';
import { descendants, ended, hasEnded, signal, stopAll } from './processes.ts';

export interface SshdOptions {
  /** Runs inside this namespace, on its wire address unless `address` names another of it. */
  readonly netns?: Netns | undefined;
  readonly address?: string | undefined;
  readonly port?: number | undefined;
  /** Login account; made when missing. */
  readonly user?: string | undefined;
  /** Lines put before the defaults of the recipe: in sshd_config the first value wins. */
  readonly config?: readonly string[] | undefined;
  /** Soft limit of open files, for the listener and its sessions. */
  readonly openFiles?: number | undefined;
  readonly hostKeyTypes?: readonly ('ed25519' | 'ecdsa' | 'rsa')[] | undefined;
}

/** A real sshd in a private directory on a free port, ended with the test that started it. */
export interface Sshd extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** `SHA256:…` of the first host key. */
  hostKeyFingerprint(): string;
  /** `ssh-ed25519 AAAA…` of the first host key. */
  hostPublicKey(): string;
  /** Adds lines to authorized_keys. Takes effect at the next login. */
  install(...lines: string[]): void;
  remove(...lines: string[]): void;
  clear(): void;
  logLines(): readonly string[];
  /** The first line, past or future, that matches. */
  logged(pattern: RegExp, timeoutMs?: number): Promise<string>;
  /** Processes that serve sessions (and logins under way). */
  sessionPids(): number[];
  /** Ends listener and sessions at once, as a crash of the machine would. */
  kill(): Promise<void>;
  /** Ends the listener alone; its sessions live on. */
  killListener(): Promise<void>;
  /** Stops all its processes without closing anything; `thaw` lets them go on. */
  freeze(): void;
  thaw(): void;
  /** Starts it again (ending it first) on the same address. */
  restart(options?: { readonly newHostKey?: boolean; readonly config?: readonly string[] }): Promise<void>;
}

/** The bastion's program; `SALLYPORT_TEST_SSHD` names another one, to run the suite against a newer OpenSSH. */
export const sshdProgram = process.env['SALLYPORT_TEST_SSHD'] ?? '/usr/sbin/sshd';

export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  const sshd = new RealSshd(options, options.port ?? (await freePort()));
  await sshd.start();
  return sshd;
}

const running = new Set<RealSshd>();
process.once('exit', () => {
  for (const sshd of running) sshd.endNow();
});

class RealSshd implements Sshd {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly #options: SshdOptions;
  readonly #folder = mkdtempSync(join(tmpdir(), 'sallyport-sshd-'));
  readonly #log = new EventEmitter().setMaxListeners(0);
  readonly #lines: string[] = [];
  #config: readonly string[];
  #authorized: string[] = [];
  #child: ChildProcess | undefined;
  /** Sessions that outlived their listener: no longer its descendants. */
  #orphans: number[] = [];

  constructor(options: SshdOptions, port: number) {
    this.#options = options;
    this.host = options.address ?? options.netns?.address ?? '127.0.0.1';
    this.port = port;
    this.user = options.user ?? 'bastion-user';
    this.#config = options.config ?? [];
    running.add(this);
    ensureUser(this.user);
    this.#writeHostKeys();
    this.#writeAuthorized();
  }

  async start(): Promise<void> {
    mkdirSync('/run/sshd', { recursive: true });
    writeFileSync(join(this.#folder, 'config'), this.#configText());
    const command = [sshdProgram, '-D', '-e', '-f', join(this.#folder, 'config')];
    if (this.#options.openFiles !== undefined) command.unshift('prlimit', `--nofile=${this.#options.openFiles}`);
    const [program = sshdProgram, ...args] = command;
    const child =
      this.#options.netns?.spawn(program, args) ?? spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    const before = this.#lines.length;
    this.#follow(child);
    const listening = (line: string) => line.startsWith('Server listening');
    while (!this.#lines.slice(before).some(listening)) {
      if (hasEnded(child)) throw new Error(`sshd ended at start:\n${this.#lines.slice(before).join('\n')}`);
      await Promise.race([once(this.#log, 'line'), ended(child)]);
    }
  }

  hostKeyFingerprint(): string {
    const out = execFileSync('ssh-keygen', ['-lf', `${this.#hostKeyFile(0)}.pub`], { encoding: 'utf8' });
    return out.split(' ')[1] ?? '';
  }

  hostPublicKey(): string {
    return readFileSync(`${this.#hostKeyFile(0)}.pub`, 'utf8')
      .split(' ')
      .slice(0, 2)
      .join(' ')
      .trim();
  }

  install(...lines: string[]): void {
    this.#authorized.push(...lines);
    this.#writeAuthorized();
  }

  remove(...lines: string[]): void {
    this.#authorized = this.#authorized.filter((line) => !lines.includes(line));
    this.#writeAuthorized();
  }

  clear(): void {
    this.#authorized = [];
    this.#writeAuthorized();
  }

  logLines(): readonly string[] {
    return this.#lines;
  }

  async logged(pattern: RegExp, timeoutMs = 60_000): Promise<string> {
    const signalled = AbortSignal.timeout(timeoutMs);
    for (;;) {
      const line = this.#lines.find((candidate) => pattern.test(candidate));
      if (line !== undefined) return line;
      await once(this.#log, 'line', { signal: signalled });
    }
  }

  sessionPids(): number[] {
    const pid = this.#child?.pid;
    const alive = this.#orphans.filter((orphan) => isAlive(orphan));
    return pid === undefined ? alive : [...descendants(pid), ...alive];
  }

  async kill(): Promise<void> {
    const child = this.#child;
    this.endNow();
    if (child !== undefined) await ended(child);
  }

  async killListener(): Promise<void> {
    const child = this.#child;
    if (child?.pid === undefined) return;
    const [listener = child.pid, ...sessions] = stopAll(child.pid);
    signal(listener, 'SIGKILL');
    for (const pid of sessions) signal(pid, 'SIGCONT');
    this.#orphans.push(...sessions);
    await ended(child);
    this.#child = undefined;
  }

  freeze(): void {
    this.#stopAll();
  }

  thaw(): void {
    for (const pid of this.#stopAll()) signal(pid, 'SIGCONT');
  }

  async restart(options: { readonly newHostKey?: boolean; readonly config?: readonly string[] } = {}): Promise<void> {
    await this.kill();
    if (options.newHostKey === true) this.#writeHostKeys();
    this.#config = options.config ?? this.#config;
    for (let attempt = 0; ; attempt += 1) {
      try {
        await this.start();
        return;
      } catch (error) {
        // The port of a listener that was killed a moment ago may still be held by a dying session.
        if (attempt === 600) throw error;
        await wait(50);
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    running.delete(this);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #stopAll(): number[] {
    const pid = this.#child?.pid;
    return [...(pid === undefined ? [] : [pid]), ...this.#orphans].flatMap(stopAll);
  }

  endNow(): void {
    for (const pid of this.#stopAll()) signal(pid, 'SIGKILL');
    this.#child = undefined;
    this.#orphans = [];
  }

  #follow(child: ChildProcess): void {
    let rest = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split(/\r?\n/);
      rest = lines.pop() ?? '';
      for (const line of lines) {
        this.#lines.push(line);
        this.#log.emit('line', line);
      }
    });
  }

  #hostKeyFile(index: number): string {
    return join(this.#folder, `host-key-${index}`);
  }

  #writeHostKeys(): void {
    for (const [index, type] of (this.#options.hostKeyTypes ?? ['ed25519']).entries()) {
      rmSync(this.#hostKeyFile(index), { force: true });
      execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-f', this.#hostKeyFile(index)]);
    }
  }

  #writeAuthorized(): void {
    // In one step: a login must not find half of the file.
    const path = join(this.#folder, 'authorized_keys');
    writeFileSync(`${path}.new`, this.#authorized.map((line) => `${line}\n`).join(''));
    renameSync(`${path}.new`, path);
    execFileSync('chmod', ['755', this.#folder]);
  }

  #configText(): string {
    const hostKeys = (this.#options.hostKeyTypes ?? ['ed25519']).map(
      (_, index) => `HostKey ${this.#hostKeyFile(index)}`,
    );
    const lines = [
      ...this.#config,
      `Port ${this.port}`,
      `ListenAddress ${this.host}`,
      ...hostKeys,
      `AuthorizedKeysFile ${join(this.#folder, 'authorized_keys')}`,
      'PidFile none',
      'StrictModes no',
      'UsePAM no',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'UseDNS no',
      'LogLevel VERBOSE',
    ];
    return `${lines.join('\n')}\n`;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** A password field of `!` would refuse even key logins. Several test processes may try at once. */
function ensureUser(user: string): void {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    if (userExists(user)) return;
    try {
      execFileSync('useradd', ['-M', '-s', '/usr/sbin/nologin', '-p', '*', user], { stdio: 'ignore' });
    } catch {
      execFileSync('sleep', ['0.1']);
    }
  }
  throw new Error(`cannot make the login account ${user}: run the tests as root`);
}

function userExists(user: string): boolean {
  return readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .some((line) => line.startsWith(`${user}:`));
}
