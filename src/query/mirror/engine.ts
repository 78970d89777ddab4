import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import type { Stop } from '../stop.ts';
import { spawnWorker } from '../spawn-worker.ts';
import { MessageCutter, messageType } from './backend-messages.ts';
import { copyFolder } from './copy-folder.ts';
import { engineModule } from './engine-files.ts';
import { ThreadPriority } from './thread-priority.ts';
import {
  type MirrorAnswer,
  type MirrorWorkerData,
  claimedIndex,
  outstandingIndex,
  sharedBytes,
  takeBack,
} from './worker-protocol.ts';

/** The engine's thread ended (killed, or failed) while it answered. */
export class EngineLost extends Error {
  override readonly name = 'EngineLost';
}

/** The engine ended, or was needed for something else, before it came to the request: any other engine may be asked. */
export class NotBegun extends Error {
  override readonly name = 'NotBegun';
}

/** Takes one backend message. `answer` counts from 0 the ReadyForQuery messages before it: one for each request in a batch. */
export type AnswerListener = (message: Uint8Array, answer: number) => Promise<void> | void;

interface Request {
  readonly id: number;
  readonly listener: AnswerListener;
  readonly answers: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
  readonly cutter: MessageCutter;
  seen: number;
  /** Nothing of its answer came yet. */
  untouched: boolean;
  /** The engine is done with it; the listener may still be taking what came. */
  answered: boolean;
  takenBack: boolean;
  /** The rest of the answer is dropped: the listener failed, or nobody waits for it. */
  failure: Error | null;
  /** Of its answer, not yet taken by the listener. */
  outstandingBytes: number;
  /** Listeners run one after another: a slow client holds back the next message, and in the end the engine. */
  chain: Promise<void>;
}

const stackSizeMb = 32;
/** Larger batches are handed over, not copied. */
const transferredFromBytes = 256 * 1024;
/** A request that nobody waits for any more may end by itself within this time; after it, the engine is ended. */
const graceMs = 50;

/** One engine in a worker thread; answers batches of requests in the order in which they are asked. Can be ended at any moment. */
export class Engine implements AsyncDisposable {
  readonly #worker: Worker;
  readonly #folder: string;
  readonly #shared: Int32Array;
  readonly #priority: ThreadPriority;
  readonly #exited: Promise<void>;
  readonly #requests: Request[] = [];
  #nextId = 1;
  #lost = false;
  /** Ended by us: what the engine had come to meanwhile is not the cause. */
  #ending = false;
  #memoryBytes = 0;

  private constructor(worker: Worker, folder: string, shared: Int32Array, priority: ThreadPriority) {
    this.#worker = worker;
    this.#folder = folder;
    this.#shared = shared;
    this.#priority = priority;
    this.#exited = new Promise((resolve) => worker.once('exit', () => resolve()));
    worker.on('message', (answer: MirrorAnswer) => this.#receive(answer));
    worker.on('error', () => this.#lose());
    worker.on('exit', () => this.#lose());
  }

  /** Starts on a copy of `image` in `scratchFolder`. About 0.3 s. */
  static async start(image: string, scratchFolder: string, database: string): Promise<Engine> {
    const folder = join(scratchFolder, `mirror-${randomUUID()}`);
    const [module] = await Promise.all([engineModule(), copyFolder(image, folder)]);
    const shared = new SharedArrayBuffer(sharedBytes);
    const workerData: MirrorWorkerData = { folder, database, engine: module, shared };
    const worker = spawnWorker(new URL('./mirror-worker.ts', import.meta.url), {
      workerData,
      resourceLimits: { stackSizeMb },
    });
    const threadId = await new Promise<number | null>((resolve, reject) => {
      worker.once('message', (first: MirrorAnswer) => resolve(first.type === 'ready' ? first.threadId : null));
      worker.once('error', reject);
      worker.once('exit', () => reject(new EngineLost('the engine did not start')));
    });
    return new Engine(worker, folder, new Int32Array(shared), new ThreadPriority(threadId));
  }

  get lost(): boolean {
    return this.#lost;
  }

  /** Memory of the engine after its last answer; never shrinks. */
  get memoryBytes(): number {
    return this.#memoryBytes;
  }

  /**
   * Settles when all `answers` ReadyForQuery came and the listener has taken every message. A `stop` ends it:
   * at once if the engine is not at it, else with the engine, unless that is done within a moment. The batch is the engine's from now on.
   * @throws EngineLost, NotBegun
   */
  ask(batch: Uint8Array, answers: number, listener: AnswerListener, stop?: Stop): Promise<void> {
    if (this.#lost || stop?.stopped === true) return Promise.reject(new NotBegun('the engine was not asked'));
    return new Promise((resolve, reject) => {
      const request: Request = {
        id: this.#nextId,
        listener,
        answers,
        resolve,
        reject,
        cutter: new MessageCutter(),
        seen: 0,
        untouched: true,
        answered: false,
        takenBack: false,
        failure: null,
        outstandingBytes: 0,
        chain: Promise.resolve(),
      };
      this.#nextId += 1;
      this.#requests.push(request);
      this.#worker.postMessage(batch, batch.length < transferredFromBytes ? [] : [batch.buffer as ArrayBuffer]);
      stop?.onStop(() => this.#giveUp(request));
    });
  }

  /** What runs goes on behind all others; what the engine has not begun is rejected as NotBegun. */
  stepAside(): void {
    this.#priority.lower();
    const begun = takeBack(this.#shared, this.#nextId - 1);
    for (const request of this.#requests) {
      if (request.id <= begun || request.takenBack) continue;
      request.takenBack = true;
      this.#drop(request, new NotBegun('the engine is busy'));
    }
  }

  /** Back among the others. Whether that was allowed; an engine that stays behind should be replaced. */
  stepBack(): boolean {
    return this.#priority.restore();
  }

  #isBegun(request: Request): boolean {
    return !request.takenBack && request.id <= Atomics.load(this.#shared, claimedIndex);
  }

  #drop(request: Request, reason: Error): void {
    request.failure ??= reason;
    request.reject(reason);
    if (!request.answered) return;
    // Its listener may never come back: the engine must not wait for that.
    this.#remove(request);
    this.#taken(request, request.outstandingBytes);
  }

  #remove(request: Request): void {
    const index = this.#requests.indexOf(request);
    if (index >= 0) this.#requests.splice(index, 1);
  }

  #giveUp(request: Request): void {
    if (!this.#requests.includes(request)) return;
    if (!request.answered && this.#isBegun(request)) this.#endUnlessAnswered(request);
    else this.#drop(request, new NotBegun('nobody waits for the answer'));
  }

  #endUnlessAnswered(request: Request): void {
    setTimeout(() => {
      if (!request.answered) void this.end();
      else if (this.#requests.includes(request)) this.#drop(request, new NotBegun('nobody waits for the answer'));
    }, graceMs);
  }

  #receive(answer: MirrorAnswer): void {
    const request = this.#requests.find((asked) => !asked.answered);
    if (request === undefined || answer.type === 'ready') return;
    request.outstandingBytes += answer.bytes.length;
    request.untouched = false;
    request.chain = request.chain.then(() => this.#deliver(request, answer.bytes));
    if (answer.type === 'part') return;
    this.#memoryBytes = answer.memoryBytes;
    request.answered = true;
    void request.chain.then(() => this.#finish(request));
    const next = this.#requests.find((asked) => !asked.answered);
    // Given up before the engine came to it: it has its moment from now.
    if (next !== undefined && next.failure !== null && !next.takenBack) this.#endUnlessAnswered(next);
  }

  #finish(request: Request): void {
    const index = this.#requests.indexOf(request);
    if (index < 0) return;
    this.#remove(request);
    if (request.failure !== null) request.reject(request.failure);
    else if (request.seen === request.answers) request.resolve();
    else {
      // An engine that swallowed a stack overflow answers nothing: it is not to be trusted any more, with nothing behind it.
      const innocent = this.#lost && request.seen === 0;
      request.reject(new (innocent ? NotBegun : EngineLost)('the engine did not answer'));
      void this.end();
    }
  }

  async #deliver(request: Request, bytes: Uint8Array): Promise<void> {
    try {
      if (request.failure === null) {
        for (const message of request.cutter.push(bytes)) {
          if (messageType(message) === 'Z') {
            request.seen += 1;
            continue;
          }
          const taken = request.listener(message, request.seen);
          if (taken !== undefined) await taken;
          if (request.failure !== null) break;
        }
      }
    } catch (error) {
      request.failure ??= error instanceof Error ? error : new Error(String(error));
    } finally {
      this.#taken(request, bytes.length);
    }
  }

  #taken(request: Request, bytes: number): void {
    const credit = Math.min(bytes, request.outstandingBytes);
    request.outstandingBytes -= credit;
    Atomics.sub(this.#shared, outstandingIndex, credit);
    Atomics.notify(this.#shared, outstandingIndex);
  }

  /** What was answered is still delivered; what ran is lost, and what came behind it can be asked elsewhere. */
  #lose(): void {
    this.#lost = true;
    const unanswered = this.#requests.filter((request) => !request.answered);
    for (const request of unanswered) {
      this.#remove(request);
      const blamed = this.#isBegun(request) && !(this.#ending && request.untouched);
      const reason = blamed ? EngineLost : NotBegun;
      this.#drop(request, new reason('the engine has ended'));
    }
  }

  /** Ends the thread, whatever it is doing, and removes its files. */
  async end(): Promise<void> {
    this.#ending ||= !this.#lost;
    this.#lose();
    await this.#worker.terminate();
    await this.#exited;
    await rm(this.#folder, { recursive: true, force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }
}
