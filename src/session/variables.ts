import { type Variable, findVariable, variables } from '../plan/index.ts';

export interface ShownVariable {
  readonly name: string;
  readonly setting: string;
  readonly description: string;
}

/** One session's variables: defaults below, what the session set above, what SET LOCAL set on top until the transaction ends. */
export class SessionVariables {
  readonly #defaults: ReadonlyMap<string, string>;
  #session = new Map<string, string>();
  #local = new Map<string, string>();
  /** Session values as they were when the transaction began, to go back to if it rolls back. */
  #saved: Map<string, string> | undefined;

  /** `layers`, weakest first: ALTER SYSTEM, ALTER ROLE, the start-up packet. */
  constructor(...layers: readonly ReadonlyMap<string, string>[]) {
    const defaults = new Map(variables.map((variable) => [variable.name, variable.default]));
    for (const layer of layers) for (const [name, value] of layer) defaults.set(name, value);
    this.#defaults = defaults;
  }

  get(name: string): string | undefined {
    const known = findVariable(name)?.name ?? name;
    return this.#local.get(known) ?? this.#session.get(known) ?? this.#defaults.get(known);
  }

  /** `null` goes back to the default. */
  set(name: string, value: string | null, local: boolean): void {
    const known = findVariable(name)?.name ?? name;
    const target = local ? this.#local : this.#session;
    const effective = value ?? this.#defaults.get(known);
    if (!local) this.#local.delete(known);
    if (effective === undefined) target.delete(known);
    else target.set(known, effective);
  }

  resetAll(): void {
    this.#session = new Map();
    this.#local = new Map();
  }

  /** Values that SHOW ALL lists, in order of name. */
  all(): readonly ShownVariable[] {
    return variables
      .map((variable) => ({
        name: variable.name,
        setting: this.get(variable.name) ?? '',
        description: variable.description,
      }))
      .toSorted((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));
  }

  /** Those that are announced by ParameterStatus, with their values now. */
  reported(): ReadonlyMap<string, string> {
    return new Map(variables.filter(isReported).map((variable) => [variable.name, this.get(variable.name) ?? '']));
  }

  /** Everything that may shape an answer of the read path. */
  effective(): ReadonlyMap<string, string> {
    return new Map([...this.#defaults, ...this.#session, ...this.#local]);
  }

  beginTransaction(): void {
    this.#saved = new Map(this.#session);
  }

  endTransaction(committed: boolean): void {
    if (!committed && this.#saved !== undefined) this.#session = this.#saved;
    this.#saved = undefined;
    this.#local = new Map();
  }
}

const isReported = (variable: Variable): boolean => variable.report === true;
