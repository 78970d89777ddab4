import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Netns } from './netns.ts';
import { descendants, ended, signal } from './processes.ts';

export interface DaemonOptions {
  readonly command: readonly [program: string, ...args: readonly string[]];
  readonly netns?: Netns | undefined;
  /** The line of standard error or output by which the program says that it serves. */
  readonly ready: RegExp;
  readonly cwd?: string | undefined;
  /** Removed when the daemon has ended. */
  readonly folder: string;
  readonly endSignal?: NodeJS.Signals;
}

/** A server program of a test: runs until disposed of, or until the test process ends. */
export class Daemon implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #options: DaemonOptions;
  readonly #lines: string[] = [];
  readonly #killAtExit = (): void => this.signalAll('SIGKILL');

  private constructor(options: DaemonOptions) {
    const [program, ...args] = options.command;
    const spawning = { stdio: ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'], cwd: options.cwd };
    this.#options = options;
    this.#child = options.netns?.spawn(program, args, spawning) ?? spawn(program, args, spawning);
    process.once('exit', this.#killAtExit);
  }

  static async start(options: DaemonOptions): Promise<Daemon> {
    const daemon = new Daemon(options);
    await daemon.#ready();
    return daemon;
  }

  /** What it printed so far. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /** To it and all its descendants. */
  signalAll(name: NodeJS.Signals): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    for (const one of [pid, ...descendants(pid)]) signal(one, name);
  }

  /** Ends it at once. */
  async kill(): Promise<void> {
    this.signalAll('SIGCONT');
    if (this.#child.pid !== undefined) signal(this.#child.pid, this.#options.endSignal ?? 'SIGKILL');
    await ended(this.#child);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    process.off('exit', this.#killAtExit);
    rmSync(this.#options.folder, { recursive: true, force: true });
  }

  async #ready(): Promise<void> {
    const outcome = new Promise<boolean>((resolve) => {
      for (const stream of [this.#child.stdout, this.#child.stderr]) {
        if (stream === null) continue;
        createInterface({ input: stream }).on('line', (line) => {
          this.#lines.push(line);
          if (this.#options.ready.test(line)) resolve(true);
        });
      }
      this.#child.once('exit', () => resolve(false)).once('error', () => resolve(false));
    });
    if (await outcome) return;
    const log = this.#lines.join('\n');
    await this[Symbol.asyncDispose]();
    throw new Error(`${this.#options.command.join(' ')} did not start:\n${log}`);
  }
}

export const temporaryFolder = (name: string): string => mkdtempSync(join(tmpdir(), `sallyport-${name}-`));
