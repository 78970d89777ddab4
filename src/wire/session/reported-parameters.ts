import { type MessageWriter, parameterStatus } from '../codec/index.ts';

/**
 * The ParameterStatus values that a client has been told. Changes are told once, before ReadyForQuery, with the last value: what a
 * transaction changed and took back is never seen. Source: PostgreSQL 16, ReportChangedGUCOptions.
 */
export class ReportedParameters {
  /** Name, value, name, value …: a map or pairs would weigh more than the rest of an idle session. */
  readonly #told: string[];
  #changed: Map<string, string> | null = null;

  constructor(initial: ReadonlyMap<string, string>) {
    this.#told = [];
    for (const [name, value] of initial) this.#told.push(name, value);
  }

  change(name: string, value: string): void {
    this.#changed ??= new Map();
    this.#changed.set(name, value);
  }

  report(out: MessageWriter): void {
    if (this.#changed === null) return;
    for (const [name, value] of this.#changed) this.#tell(out, name, value);
    this.#changed = null;
  }

  #tell(out: MessageWriter, name: string, value: string): void {
    const found = this.#told.findIndex((told, index) => index % 2 === 0 && told === name);
    const at = found === -1 ? this.#told.length : found;
    if (this.#told[at + 1] === value) return;
    parameterStatus(out, name, value);
    this.#told[at] = name;
    this.#told[at + 1] = value;
  }
}
