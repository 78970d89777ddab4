import type { SessionVariables } from './variables.ts';

/** What is made of a session's variables, and made anew only when one of them has changed. */
export class MadeOfVariables<T> {
  readonly #variables: SessionVariables;
  readonly #make: (variables: SessionVariables) => T;
  #last: { readonly of: ReadonlyMap<string, string>; readonly value: T } | undefined;

  constructor(variables: SessionVariables, make: (variables: SessionVariables) => T) {
    this.#variables = variables;
    this.#make = make;
  }

  get now(): T {
    const of = this.#variables.reported();
    if (this.#last?.of !== of) this.#last = { of, value: this.#make(this.#variables) };
    return this.#last.value;
  }
}
