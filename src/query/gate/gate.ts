import type { Worker } from 'node:worker_threads';
import { limitExceeded } from '../../errors/index.ts';
import type { Log } from '../../telemetry/index.ts';
import { LruCache } from '../lru-cache.ts';
import { spawnWorker } from '../spawn-worker.ts';
import type { GateAnswer } from './gate-worker.ts';
import { checkText } from './text-limits.ts';
import type { Verdict } from './verdict.ts';

/** A parse takes well under a millisecond; a worker that takes this long is lost. */
const parseTimeoutMs = 5_000;
const stackSizeMb = 16;
const cacheCharacters = 4 * 1024 * 1024;

interface Waiting {
  readonly text: string;
  readonly resolve: (verdict: Verdict) => void;
  readonly reject: (error: Error) => void;
}

/** Judges statement texts: one parse by PostgreSQL's own grammar, in a worker; verdicts are kept by text. */
export class Gate implements AsyncDisposable {
  readonly #log: Log;
  readonly #verdicts = new LruCache<string, Verdict>(cacheCharacters);
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | null = null;
  #ready = false;
  #timer: NodeJS.Timeout | undefined;
  #nextId = 1;
  #closed = false;

  constructor(log: Log) {
    this.#log = log;
    this.#start();
  }

  /** @throws PgError 54000, 54001 for a text that no parser gets to see. */
  async judge(text: string): Promise<Verdict> {
    const known = this.#verdicts.get(text);
    if (known !== undefined) return known;
    checkText(text);
    const verdict = await this.#ask(text);
    this.#verdicts.set(text, verdict, text.length * 3);
    return verdict;
  }

  /** A verdict that is at hand. */
  known(text: string): Verdict | undefined {
    return this.#verdicts.get(text);
  }

  #ask(text: string): Promise<Verdict> {
    return new Promise((resolve, reject) => {
      const id = this.#nextId++;
      this.#waiting.set(id, { text, resolve, reject });
      (this.#worker ?? this.#start()).postMessage({ id, text });
      if (this.#ready && this.#waiting.size === 1) this.#watch();
    });
  }

  #start(): Worker {
    const worker = spawnWorker(new URL('./gate-worker.ts', import.meta.url), { resourceLimits: { stackSizeMb } });
    worker.unref();
    worker.on('message', (answer: GateAnswer | 'ready') => {
      if (answer === 'ready') this.#ready = true;
      else this.#answered(answer);
      this.#watch();
    });
    worker.on('error', (error) => this.#log.warn({ error: String(error) }, 'gate worker failed'));
    worker.on('exit', () => {
      if (this.#worker !== worker) return;
      // One that did not even start is tried again when there is something to parse.
      if (!this.#ready && this.#waiting.size === 0) this.#worker = null;
      else this.#blameFirst();
    });
    this.#worker = worker;
    this.#ready = false;
    return worker;
  }

  /** The parse under way has its time from now. */
  #watch(): void {
    clearTimeout(this.#timer);
    if (this.#waiting.size > 0) this.#timer = setTimeout(() => this.#blameFirst(), parseTimeoutMs);
  }

  /** The text that was being parsed is given up; the others are asked again. */
  #blameFirst(): void {
    const [first] = this.#waiting.keys();
    if (first !== undefined) {
      this.#settle(first)?.reject(limitExceeded('the statement is too complex to be parsed', { tooComplex: true }));
    }
    this.#replace();
  }

  #answered({ id, verdict, broken }: GateAnswer): void {
    this.#settle(id)?.resolve(verdict);
    if (broken) this.#replace();
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  /** Ends the worker and asks a new one what the old one left. */
  #replace(): void {
    clearTimeout(this.#timer);
    const old = this.#worker;
    this.#worker = null;
    void old?.terminate();
    if (this.#closed) return;
    const worker = this.#start();
    for (const [id, { text }] of this.#waiting) worker.postMessage({ id, text });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    const worker = this.#worker;
    this.#worker = null;
    for (const id of this.#waiting.keys()) this.#settle(id)?.reject(new Error('the gate is closed'));
    await worker?.terminate();
  }
}
