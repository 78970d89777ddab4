import type { Observations } from '../observations/index.ts';
import type { PlanContext, SetRolePlan, SetVariablePlan, TransactionPlan } from '../plan/index.ts';
import type { Sealer } from '../secrets/index.ts';
import type { Log } from '../telemetry/index.ts';
import type { Tunnels } from '../tunnels/index.ts';

/** What the effects of statements need of the rest of the server. */
export interface Rooms {
  readonly sealer: Sealer;
  readonly tunnels: Tunnels;
  readonly observations: Observations;
  readonly log: Log;
  readonly now: () => Date;
}

/** What a statement may do to the session that runs it. */
export interface SessionControl {
  setVariable(plan: SetVariablePlan): void;
  resetAll(): void;
  variable(name: string): string | undefined;
  allVariables(): readonly { readonly name: string; readonly setting: string; readonly description: string }[];
  setRole(plan: SetRolePlan): void;
  transaction(plan: TransactionPlan): Promise<string>;
  discard(what: 'all' | 'plans' | 'sequences' | 'temporary'): void;
}

/**
 * What was found out while a statement was carried out, so that planning it again after a lost race asks the network nothing twice.
 * Keys say what was checked: another definition is another check.
 */
export class Memo {
  readonly #known = new Map<string, unknown>();

  async once<T>(key: string, find: () => Promise<T>): Promise<T> {
    if (this.#known.has(key)) return this.#known.get(key) as T;
    const value = await find();
    this.#known.set(key, value);
    return value;
  }

  onceSync<T>(key: string, find: () => T): T {
    if (this.#known.has(key)) return this.#known.get(key) as T;
    const value = find();
    this.#known.set(key, value);
    return value;
  }
}

export interface ExecContext {
  readonly plan: PlanContext;
  readonly rooms: Rooms;
  readonly session: SessionControl;
  readonly memo: Memo;
  readonly signal: AbortSignal;
}
