import { performance } from 'node:perf_hooks';
import type { ItemRow } from '../catalog/index.ts';
import type { ConnectionKind, StageContext } from '../connections/index.ts';
import { PgError, type PgNotice, type StageReport, connectFailed, notice, withStageReports } from '../errors/index.ts';
import { fullName, shortName } from '../plan/index.ts';
import type { ExecContext } from './rooms.ts';
import { secretReader } from './secret-reader.ts';
import { SnapshotTunnels } from './tunnel-definitions.ts';

/** A whole validation's deadline; each stage has its own, shorter one. */
const validationTimeoutMs = 30_000;

export interface Checked {
  readonly reports: readonly StageReport[];
  readonly notices: readonly PgNotice[];
  readonly facts: readonly (readonly [name: string, value: string])[];
}

/** What is checked: a connection as planned, stored or not. */
export interface Checkable {
  readonly item: ItemRow;
  readonly kind: ConnectionKind;
  readonly details: unknown;
}

/**
 * Checks the connection, holding nothing of the catalog, and keeps the result in the observations.
 * @throws PgError with the failing stage; its DETAIL lists the stages reached with their milliseconds
 */
export async function checkConnection(target: Checkable, context: ExecContext, fresh: boolean): Promise<Checked> {
  const { failure, ...checked } = await walkConnection(target, context, fresh);
  if (failure === null) return checked;
  throw failure instanceof PgError ? withStageReports(failure, checked.reports) : failure;
}

/** As {@link checkConnection}, and gives the failure beside what was reached; null: there was none. */
export async function walkConnection(
  target: Checkable,
  context: ExecContext,
  fresh: boolean,
): Promise<Checked & { readonly failure: unknown }> {
  const reports: StageReport[] = [];
  const notices: PgNotice[] = [];
  const facts: (readonly [string, string])[] = [];
  const startedAt = context.rooms.now();
  const began = performance.now();
  using deadline = new Deadline(context.signal, validationTimeoutMs);
  try {
    for await (const event of target.kind.stages(
      target.details,
      stageContext(target, context, deadline.signal, fresh),
    )) {
      if ('report' in event) reports.push(event.report);
      else if ('notice' in event) notices.push(event.notice);
      else facts.push(event.fact);
    }
    note(target, context, startedAt, reports, null);
    return { reports, notices, facts, failure: null };
  } catch (error) {
    const failure = toFailure(error, target, context, deadline, performance.now() - began);
    note(target, context, startedAt, reports, failure);
    return { reports, notices, facts, failure };
  }
}

/** What a check found out that is no failure: version, standby … as one notice. */
export function factsNotice(target: Checkable, { facts }: Checked, context: ExecContext): readonly PgNotice[] {
  if (facts.length === 0) return [];
  const detail = facts.map(([name, value]) => `${name}: ${value}`).join('\n');
  return [notice('successful_completion', `connection "${shortName(context.plan, target.item)}" works`, { detail })];
}

/** The caller's signal and a time limit in one; frees its timer and listener when left. */
class Deadline {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #parent: AbortSignal;
  readonly #onAbort = (): void => this.#controller.abort(this.#parent.reason);
  expired = false;

  constructor(parent: AbortSignal, timeoutMs: number) {
    this.#parent = parent;
    this.#timer = setTimeout(() => {
      this.expired = true;
      this.#controller.abort(new DOMException('the validation took too long', 'TimeoutError'));
    }, timeoutMs);
    if (parent.aborted) this.#onAbort();
    else parent.addEventListener('abort', this.#onAbort, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#parent.removeEventListener('abort', this.#onAbort);
  }
}

function stageContext(target: Checkable, context: ExecContext, signal: AbortSignal, fresh: boolean): StageContext {
  const { rooms, plan } = context;
  const definitions = new SnapshotTunnels(plan, rooms.sealer);
  const owner = plan.snapshot.role(target.item.ownerId) ?? plan.role;
  const dial = rooms.tunnels.dialer({ definitions, ownerIsSuperuser: owner.superuser });
  return {
    name: shortName(plan, target.item),
    id: target.item.id,
    dial: (to, options) => dial(to, { ...options, pressing: true }),
    secrets: secretReader(plan, target.item, rooms.sealer, rooms.observations),
    checkTunnel: (id, checkSignal) => rooms.tunnels.check(id, definitions, checkSignal),
    signal,
    fresh,
  };
}

function toFailure(
  error: unknown,
  target: Checkable,
  context: ExecContext,
  deadline: Deadline,
  elapsedMs: number,
): unknown {
  // A cancelled statement says so itself, whatever the clients under it made of the closed sockets.
  if (context.signal.aborted) return context.signal.reason;
  if (!deadline.expired || (error instanceof PgError && error.stage !== undefined)) return error;
  return connectFailed({
    stage: 'server',
    code: 'query_canceled',
    message: `connection "${shortName(context.plan, target.item)}" was not checked within ${Math.round(elapsedMs / 1000)} s`,
    hint: 'The stages in the detail show where the time went.',
    cause: error,
  });
}

function note(
  target: Checkable,
  context: ExecContext,
  startedAt: Date,
  reports: readonly StageReport[],
  failure: unknown,
): void {
  const cancelled = context.signal.aborted;
  context.rooms.observations.validationEnded({
    connectionId: target.item.id,
    connectionName: fullName(context.plan, target.item),
    role: context.plan.role.name,
    startedAt: startedAt.toISOString(),
    result: failure === null ? 'succeeded' : cancelled ? 'cancelled' : 'failed',
    failingStage: failure instanceof PgError ? (failure.stage ?? null) : null,
    error: failure === null ? null : failure instanceof Error ? failure.message : 'not an error',
    stages: reports.map(({ stage, target: hop, status, durationMs, announced }) => ({
      ...{ stage, target: hop, status, durationMs },
      ...(announced === undefined ? {} : { announced }),
    })),
  });
}
