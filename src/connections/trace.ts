import {
  connectFailed,
  PgError,
  type PgNotice,
  type SqlStateName,
  type Stage,
  type StageReport,
} from '../errors/index.ts';
import type { DialedSocket } from '../tunnels/index.ts';
import type { StageContext, ValidationEvent } from './kind.ts';
import { LinkedSignal } from './linked-signal.ts';
import { Mask } from './mask.ts';
import { hostPort } from './rules.ts';

/** One step to take: what is timed, named in errors and limited. */
export interface Step {
  readonly stage: Stage;
  /** The hop as users name it: `db.internal:5432`. */
  readonly target: string;
  readonly deadlineMs: number;
  /** Turns what the step threw into the error that the user reads; PgErrors pass unchanged. */
  readonly explain?: (cause: unknown) => Failure;
}

/** What a report says of a step that was passed. */
type Learnt = Pick<StageReport, 'detail' | 'announced'>;

/** What is to be said of a failed step. `stage` when the cause shows that another step than the running one failed. */
export interface Failure {
  readonly message: string;
  readonly hint?: string | undefined;
  readonly detail?: string | undefined;
  readonly code?: SqlStateName | undefined;
  readonly stage?: Stage | undefined;
}

/** Thrown inside a step whose failure is understood where it is found. */
export class StepFailed extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

/**
 * The way to a server as it is walked: runs each step under its deadline and the caller's signal, and tells the outcome to `emit`.
 * Every error that leaves it names the connection and has a stage.
 */
export class Trace {
  readonly context: StageContext;
  readonly #mask = new Mask();
  readonly #emit: (event: ValidationEvent) => void;
  readonly #dialledTunnels = new Set<string>();
  /** Errors of inner steps, which the outer step lets through without a report of its own. */
  readonly #reported = new WeakSet<PgError>();

  constructor(context: StageContext, emit: (event: ValidationEvent) => void = () => {}) {
    this.context = { ...context, secrets: this.#mask.watch(context.secrets) };
    this.#emit = emit;
  }

  fact(name: string, value: string): void {
    this.#emit({ fact: [name, this.#mask.hide(value)] });
  }

  notice(notice: PgNotice): void {
    this.#emit({ notice });
  }

  report(report: StageReport): void {
    this.#emit({ report: { ...report, detail: this.#mask.hide(report.detail) } });
  }

  /** @throws PgError of the step's stage; 57014 when the caller's signal ended it. */
  async step<T>(
    step: Step,
    run: (signal: AbortSignal) => Promise<T>,
    describe: (value: T) => string | Learnt | undefined = () => undefined,
  ): Promise<T> {
    const startedAt = performance.now();
    const value = await this.silently(step, run);
    const durationMs = performance.now() - startedAt;
    const learnt = describe(value);
    const { detail, announced } = typeof learnt === 'object' ? learnt : { detail: learnt, announced: undefined };
    this.report({ stage: step.stage, target: step.target, status: 'ok', durationMs, detail, announced });
    return value;
  }

  /** A part of a longer step: reported when it fails, and not when it succeeds. @throws PgError as {@link step}. */
  async silently<T>(step: Step, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    using linked = new LinkedSignal(this.context.signal, step.deadlineMs);
    try {
      return await untilAborted(run, linked.signal);
    } catch (cause) {
      const error = this.#toError(step, cause, linked.expired);
      const { stage = step.stage } = error as { readonly stage?: Stage };
      const durationMs = performance.now() - startedAt;
      if (!this.#reported.has(error)) this.report({ stage, target: step.target, status: 'failed', durationMs, error });
      this.#reported.add(error);
      throw error;
    }
  }

  /**
   * Dials and waits for the connection; passes the dial's own steps on. The first dial through a tunnel is a fresh login when the context
   * asks for it.
   */
  async dial(target: {
    readonly host: string;
    readonly port: number;
    readonly through: string | null;
  }): Promise<DialedSocket> {
    const { through } = target;
    const fresh = through !== null && this.context.fresh === true && !this.#dialledTunnels.has(through);
    if (through !== null) this.#dialledTunnels.add(through);
    const socket = this.context.dial(target, { signal: this.context.signal, fresh });
    try {
      await opened(socket);
      return socket;
    } catch (cause) {
      const step = { stage: 'connect', target: hostPort(target.host, target.port), deadlineMs: 0 } as const;
      throw this.#toError(step, cause, false);
    } finally {
      for (const report of socket.reports) this.report(report);
    }
  }

  #toError(step: Step, cause: unknown, expired: boolean): PgError {
    const { name, signal } = this.context;
    if (cause instanceof PgError && cause.stage !== undefined) return nameConnection(cause, name);
    if (signal.aborted) return cancelled(step, name, signal);
    const failure = expired ? timedOut(step) : failureOf(step, cause);
    return connectFailed({
      code: failure.code,
      stage: failure.stage ?? step.stage,
      message: `connection "${name}": ${this.#mask.hide(failure.message)}`,
      detail: this.#mask.hide(failure.detail),
      hint: this.#mask.hide(failure.hint),
      cause,
    });
  }
}

function failureOf(step: Step, cause: unknown): Failure {
  if (cause instanceof StepFailed) return cause.failure;
  if (cause instanceof PgError) {
    return { message: cause.message, hint: cause.hint, detail: cause.detail, code: cause.condition };
  }
  return step.explain?.(cause) ?? { message: `${step.target} failed: ${messageOf(cause)}` };
}

const timedOut = (step: Step): Failure => ({
  message: `${step.target} did not answer within ${step.deadlineMs / 1000} s`,
  code: 'sqlclient_unable_to_establish_sqlconnection',
  hint: `The connection was open, but nothing came back (step ${step.stage}). Check that the right kind of server listens there and that it is not overloaded.`,
});

function cancelled(step: Step, name: string, signal: AbortSignal): PgError {
  const reason: unknown = signal.reason;
  if (reason instanceof PgError) return reason;
  const timeout = reason instanceof Error && reason.name === 'TimeoutError';
  return connectFailed({
    stage: step.stage,
    code: 'query_canceled',
    message: `connection "${name}": ${timeout ? 'time ran out' : 'cancelled'} while waiting for ${step.target}`,
    hint: timeout ? 'The steps in the detail show where the time went.' : undefined,
  });
}

/** Runs `body` and names the connection in what it throws. */
export async function inConnection<T>(name: string, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    throw error instanceof PgError ? nameConnection(error, name) : error;
  }
}

function nameConnection(error: PgError, name: string): PgError {
  if (error.stage === undefined || error.message.includes(`connection "${name}"`)) return error;
  return connectFailed({
    stage: error.stage as Stage,
    code: error.condition,
    message: `connection "${name}": ${error.message}`,
    detail: error.detail,
    hint: error.hint,
    cause: error,
  });
}

export const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

/** The error's `code`, as Node.js and most clients set it. */
export function codeOf(cause: unknown): string | undefined {
  const code = cause instanceof Error ? (cause as { readonly code?: unknown }).code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** Waits until a dialled socket is connected. @throws what it was destroyed with. */
export function opened(socket: DialedSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    if (!socket.connecting && socket.errored === null && !socket.destroyed) return resolve();
    if (socket.errored !== null) return reject(socket.errored);
    const done = (): void => {
      socket.off('connect', onConnect).off('error', onError).off('close', onClose);
    };
    const onConnect = (): void => {
      done();
      resolve();
    };
    const onError = (error: Error): void => {
      done();
      reject(error);
    };
    const onClose = (): void => onError(new Error('connection closed'));
    socket.once('connect', onConnect).once('error', onError).once('close', onClose);
  });
}

function untilAborted<T>(run: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    run(signal)
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/** The events of a walk as an iterator; ending it early aborts the walk and waits for its end. */
export async function* eventsOf(
  context: StageContext,
  walk: (trace: Trace) => Promise<void>,
): AsyncIterable<ValidationEvent> {
  using linked = new LinkedSignal(context.signal);
  const queue: ValidationEvent[] = [];
  const state = { ended: false, wake: (): void => {} };
  const trace = new Trace({ ...context, signal: linked.signal }, (event) => {
    queue.push(event);
    state.wake();
  });
  const walking = walk(trace).finally(() => {
    state.ended = true;
    state.wake();
  });
  walking.catch(() => {});
  try {
    while (!state.ended || queue.length > 0) {
      const event = queue.shift();
      if (event !== undefined) yield event;
      else await new Promise<void>((resolve) => (state.wake = resolve));
    }
    await walking;
  } finally {
    linked.abort();
    await walking.catch(() => {});
  }
}
