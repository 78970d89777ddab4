import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { spawnWorker } from '../spawn-worker.ts';
import { MessageCutter, messageType } from './backend-messages.ts';
import { copyFolder } from './copy-folder.ts';
import { engineModule } from './engine-files.ts';
import type { MirrorAnswer, MirrorWorkerData } from './mirror-worker.ts';

/** The engine's thread ended (killed, or failed) before it answered. */
export class EngineLost extends Error {
  override readonly name = 'EngineLost';
}

/** Takes one backend message. `answer` counts from 0 the ReadyForQuery messages before it: one for each request in a batch. */
export type AnswerListener = (message: Uint8Array, answer: number) => Promise<void> | void;

interface Running {
  readonly listener: AnswerListener;
  readonly answers: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
  readonly cutter: MessageCutter;
  seen: number;
  /** The listener failed: the rest of the answer is dropped. */
  failure: Error | null;
  /** Listeners run one after another: a slow client holds back the next message, and in the end the engine. */
  chain: Promise<void>;
}

const stackSizeMb = 32;

/** One engine in a worker thread, asked one batch of requests at a time. Can be ended at any moment. */
export class Engine implements AsyncDisposable {
  readonly #worker: Worker;
  readonly #folder: string;
  readonly #outstanding: Int32Array;
  readonly #exited: Promise<void>;
  #running: Running | null = null;
  #lost = false;
  #memoryBytes = 0;

  private constructor(worker: Worker, folder: string, outstanding: Int32Array) {
    this.#worker = worker;
    this.#folder = folder;
    this.#outstanding = outstanding;
    this.#exited = new Promise((resolve) => worker.once('exit', () => resolve()));
    worker.on('message', (answer: MirrorAnswer) => this.#receive(answer));
    worker.on('error', () => this.#lose());
    worker.on('exit', () => this.#lose());
  }

  /** Starts on a copy of `image` in `scratchFolder`. About 0.3 s. */
  static async start(image: string, scratchFolder: string, database: string): Promise<Engine> {
    const folder = join(scratchFolder, `mirror-${randomUUID()}`);
    const [module] = await Promise.all([engineModule(), copyFolder(image, folder)]);
    const credit = new SharedArrayBuffer(4);
    const workerData: MirrorWorkerData = { folder, database, engine: module, credit };
    const worker = spawnWorker(new URL('./mirror-worker.ts', import.meta.url), {
      workerData,
      resourceLimits: { stackSizeMb },
    });
    await new Promise<void>((resolve, reject) => {
      worker.once('message', () => resolve());
      worker.once('error', reject);
      worker.once('exit', () => reject(new EngineLost('the engine did not start')));
    });
    return new Engine(worker, folder, new Int32Array(credit));
  }

  get lost(): boolean {
    return this.#lost;
  }

  /** Memory of the engine after its last answer; never shrinks. */
  get memoryBytes(): number {
    return this.#memoryBytes;
  }

  /** Settles when all `answers` ReadyForQuery came and the listener has taken every message. @throws EngineLost */
  ask(batch: Uint8Array, answers: number, listener: AnswerListener): Promise<void> {
    if (this.#lost) return Promise.reject(new EngineLost('the engine has ended'));
    if (this.#running !== null) return Promise.reject(new Error('the engine is busy'));
    return new Promise((resolve, reject) => {
      const chain = Promise.resolve();
      this.#running = {
        listener,
        answers,
        resolve,
        reject,
        cutter: new MessageCutter(),
        seen: 0,
        failure: null,
        chain,
      };
      this.#worker.postMessage(batch);
    });
  }

  #receive(answer: MirrorAnswer): void {
    const running = this.#running;
    if (running === null || answer.type === 'ready') return;
    running.chain = running.chain.then(() => this.#deliver(running, answer.bytes));
    if (answer.type === 'part') return;
    this.#memoryBytes = answer.memoryBytes;
    void running.chain.then(() => this.#finish(running));
  }

  #finish(running: Running): void {
    if (this.#running !== running) return;
    this.#running = null;
    if (running.failure !== null) running.reject(running.failure);
    else if (running.seen === running.answers) running.resolve();
    else {
      // An engine that swallowed a stack overflow answers nothing: it is not to be trusted any more.
      running.reject(new EngineLost('the engine did not answer'));
      void this.end();
    }
  }

  async #deliver(running: Running, bytes: Uint8Array): Promise<void> {
    try {
      for (const message of running.cutter.push(bytes)) {
        if (messageType(message) === 'Z') {
          running.seen += 1;
          continue;
        }
        if (running.failure !== null) continue;
        const taken = running.listener(message, running.seen);
        if (taken !== undefined) await taken;
      }
    } catch (error) {
      running.failure ??= error instanceof Error ? error : new Error(String(error));
    } finally {
      Atomics.sub(this.#outstanding, 0, bytes.length);
      Atomics.notify(this.#outstanding, 0);
    }
  }

  #lose(): void {
    this.#lost = true;
    const running = this.#running;
    this.#running = null;
    running?.reject(new EngineLost('the engine has ended'));
  }

  /** Ends the thread, whatever it is doing, and removes its files. */
  async end(): Promise<void> {
    this.#lose();
    await this.#worker.terminate();
    await this.#exited;
    await rm(this.#folder, { recursive: true, force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }
}
