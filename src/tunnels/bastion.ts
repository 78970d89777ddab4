import { Breaker } from './breaker.ts';
import type { FailureKind } from './errors.ts';
import { race } from './tcp.ts';
import { Turns } from './turns.ts';

const handshakesMax = 4;
/** Source: sshd_config(5), PerSourcePenalties, `max`. */
const penaltyMsMax = 600_000;

/**
 * What all tunnels to one bastion address share: the breaker, and the places for logins under way (sshd's MaxStartups counts those of
 * all its clients together). Places are given in the order of asking.
 */
export class Bastion {
  readonly breaker = new Breaker();
  readonly #validationGapMs: number;
  #places = handshakesMax;
  #taken = 0;
  readonly #queue: (() => void)[] = [];
  readonly #firstLogins = new Turns(1);
  readonly #clearedListeners = new Set<() => void>();
  #validation: Promise<void> = Promise.resolve();
  #validationFailedAtMs = Number.NEGATIVE_INFINITY;
  #refusedAtMs = Number.NEGATIVE_INFINITY;

  constructor(validationGapMs: number) {
    this.#validationGapMs = validationGapMs;
  }

  /**
   * Waits for a place for one login. Call what it gives when the login has ended. `proven`: it has logged in before. Others go one by
   * one, so that a single failed login is seen before the next is made: sshd from 9.8 on punishes our address for several.
   */
  async place(proven: boolean, signal: AbortSignal): Promise<() => void> {
    if (proven) return this.#place(signal);
    const passOn = await this.#firstLogins.take('', signal);
    try {
      const leave = await this.#place(signal);
      return () => {
        leave();
        passOn();
      };
    } catch (error) {
      passOn();
      throw error;
    }
  }

  async #place(signal: AbortSignal): Promise<() => void> {
    while (this.#taken >= this.#places) {
      const turn = deferred();
      this.#queue.push(turn.resolve);
      try {
        await race(turn.promise, signal);
      } catch (error) {
        const index = this.#queue.indexOf(turn.resolve);
        if (index === -1) this.#callNext();
        else this.#queue.splice(index, 1);
        throw error;
      }
    }
    this.#taken += 1;
    return () => {
      this.#taken -= 1;
      this.#callNext();
    };
  }

  /**
   * Why it turned a connection away, when it says no more than that it is not allowed: sshd from 9.8 on has one text for MaxStartups and
   * for penalties. Who was never refused a login has no penalty to serve.
   */
  turnedAway(): 'crowded' | 'penalised' {
    return performance.now() - this.#refusedAtMs < penaltyMsMax ? 'penalised' : 'crowded';
  }

  /** Fewer logins at once after the bastion was crowded, one more after each that worked. */
  loginEnded(outcome: FailureKind | 'ok'): void {
    if (outcome === 'refused') this.#refusedAtMs = performance.now();
    if (outcome === 'crowded') this.#places = Math.max(1, Math.floor(this.#places / 2));
    if (outcome !== 'ok') return;
    if (this.#places < handshakesMax) {
      this.#places += 1;
      this.#callNext();
    }
    const listeners = [...this.#clearedListeners];
    for (const listener of listeners) listener();
  }

  #callNext(): void {
    if (this.#taken < this.#places) this.#queue.shift()?.();
  }

  /** Resolves at `atMs` (performance.now()), or as soon as a login to this bastion worked. @throws the signal's reason. */
  async waitUntil(atMs: number, signal: AbortSignal): Promise<void> {
    const cleared = deferred();
    const timer = setTimeout(cleared.resolve, Math.max(0, atMs - performance.now()));
    this.#clearedListeners.add(cleared.resolve);
    try {
      await race(cleared.promise, signal);
    } finally {
      clearTimeout(timer);
      this.#clearedListeners.delete(cleared.resolve);
    }
  }

  /**
   * Validations go one at a time, and after a failed one not before a gap has passed. After a success there is no gap: sshd clears what
   * it held against an address when a login works.
   */
  async validating<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const before = this.#validation;
    const done = deferred();
    this.#validation = before.then(() => done.promise);
    try {
      await race(before, signal);
      const earliest = this.#validationFailedAtMs + this.#validationGapMs;
      if (earliest > performance.now()) await this.waitUntil(earliest, signal);
      const result = await work();
      this.#validationFailedAtMs = Number.NEGATIVE_INFINITY;
      return result;
    } catch (error) {
      this.#validationFailedAtMs = performance.now();
      throw error;
    } finally {
      done.resolve();
    }
  }
}

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
