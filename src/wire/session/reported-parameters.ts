import { type MessageWriter, parameterStatus } from '../codec/index.ts';

/**
 * The ParameterStatus values that a client has been told. Changes are told once, before ReadyForQuery, with the last value: what a
 * transaction changed and took back is never seen. Source: PostgreSQL 16, ReportChangedGUCOptions.
 */
export class ReportedParameters {
  readonly #told: Map<string, string>;
  readonly #changed = new Map<string, string>();

  constructor(initial: ReadonlyMap<string, string>) {
    this.#told = new Map(initial);
  }

  change(name: string, value: string): void {
    this.#changed.set(name, value);
  }

  report(out: MessageWriter): void {
    if (this.#changed.size === 0) return;
    for (const [name, value] of this.#changed) {
      if (this.#told.get(name) !== value) parameterStatus(out, name, value);
      this.#told.set(name, value);
    }
    this.#changed.clear();
  }
}
