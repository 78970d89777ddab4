import type { SystemSettingRow } from '../catalog/index.ts';
import { type Variable, findVariable, variables } from '../plan/index.ts';

export interface ShownVariable {
  readonly name: string;
  readonly setting: string;
  readonly description: string;
}

/** What ALTER SYSTEM set. */
interface SystemTable {
  get(name: string): SystemSettingRow | undefined;
}

/** Where a session's values come from as long as it sets none itself. */
export interface VariableSources {
  /** ALTER SYSTEM at login: the defaults of the session's own variables. */
  readonly atLogin: SystemTable;
  /** ALTER SYSTEM now: settings of the whole server. */
  readonly now: () => SystemTable;
  /** ALTER ROLE, the start-up packet, and who logged in. */
  readonly own: ReadonlyMap<string, string>;
}

/** What was shown last, and what it was made of. */
interface Shown {
  readonly session: ReadonlyMap<string, string>;
  readonly local: ReadonlyMap<string, string>;
  readonly system: SystemTable;
  readonly reported: ReadonlyMap<string, string>;
  /** Made for those that read. */
  effective: ReadonlyMap<string, string> | undefined;
}

const reportedVariables = variables.filter((variable) => variable.report === true);
const nothing: ReadonlyMap<string, string> = new Map();

/** One session's variables: defaults below, what the session set above, what SET LOCAL set on top until the transaction ends. */
export class SessionVariables {
  readonly #sources: VariableSources;
  /** Maps are replaced, never changed: to keep one for a rollback costs nothing. */
  #session = nothing;
  #local = nothing;
  /** Session values as they were when the transaction began, to go back to if it rolls back. */
  #saved: ReadonlyMap<string, string> | undefined;
  #lastShown: Shown | undefined;

  constructor(sources: VariableSources) {
    this.#sources = sources;
  }

  get(name: string): string | undefined {
    const variable = findVariable(name);
    const known = variable?.name ?? name;
    return this.#local.get(known) ?? this.#session.get(known) ?? this.#default(known, variable);
  }

  /** `null` goes back to the default. */
  set(name: string, value: string | null, local: boolean): void {
    const variable = findVariable(name);
    const known = variable?.name ?? name;
    if (local) {
      this.#local = having(this.#local, known, value ?? this.#default(known, variable));
      return;
    }
    this.#local = having(this.#local, known, undefined);
    this.#session = having(this.#session, known, value ?? undefined);
  }

  /** RESET ALL; the characteristics of the open transaction are its own. */
  resetAll(): void {
    this.#session = nothing;
    this.#local = new Map([...this.#local].filter(([name]) => name.startsWith('transaction_')));
  }

  /** Values that SHOW ALL lists, in order of name. */
  all(): readonly ShownVariable[] {
    return variables
      .map(({ name, description }) => ({ name, setting: this.get(name) ?? '', description }))
      .toSorted((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));
  }

  /** Those that are announced by ParameterStatus, with their values now; the same map until a variable changes. */
  reported(): ReadonlyMap<string, string> {
    return this.#shown().reported;
  }

  /** Everything that may shape an answer of the read path; the same map until a variable changes. */
  effective(): ReadonlyMap<string, string> {
    return (this.#shown().effective ??= this.#allValues());
  }

  /** @returns goes back to what is set now, in the same transaction */
  mark(): () => void {
    const [session, local, saved] = [this.#session, this.#local, this.#saved];
    return () => {
      [this.#session, this.#local, this.#saved] = [session, local, saved];
    };
  }

  beginTransaction(): void {
    this.#saved = this.#session;
  }

  endTransaction(committed: boolean): void {
    if (!committed && this.#saved !== undefined) this.#session = this.#saved;
    this.#saved = undefined;
    this.#local = nothing;
  }

  #shown(): Shown {
    const [session, local, system] = [this.#session, this.#local, this.#sources.now()];
    const last = this.#lastShown;
    if (last?.session === session && last.local === local && last.system === system) return last;
    const reported = new Map(reportedVariables.map(({ name }) => [name, this.get(name) ?? '']));
    return (this.#lastShown = { session, local, system, reported, effective: undefined });
  }

  #allValues(): ReadonlyMap<string, string> {
    const values = new Map<string, string>();
    for (const variable of variables) values.set(variable.name, this.#default(variable.name, variable) ?? '');
    for (const layer of [this.#sources.own, this.#session, this.#local])
      for (const [name, value] of layer) values.set(name, value);
    return values;
  }

  #default(known: string, variable: Variable | undefined): string | undefined {
    const { own, atLogin, now } = this.#sources;
    const system = variable?.scope === 'system' ? now() : atLogin;
    return own.get(known) ?? system.get(known)?.value ?? variable?.default;
  }
}

function having(
  values: ReadonlyMap<string, string>,
  name: string,
  value: string | undefined,
): ReadonlyMap<string, string> {
  if (values.get(name) === value) return values;
  const next = new Map(values);
  if (value === undefined) next.delete(name);
  else next.set(name, value);
  return next;
}
