import { inspect } from 'node:util';

/** A value that cannot be printed by accident: every way of showing it gives `[redacted]`. `use` is the only read. */
export class Secret<T> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  /** Hands the value to `read` and returns what it returns. Keep what it returns as short-lived as the use. */
  use<R>(read: (value: T) => R): R {
    return read(this.#value);
  }

  toString(): string {
    return '[redacted]';
  }

  toJSON(): string {
    return '[redacted]';
  }

  [inspect.custom](): string {
    return '[redacted]';
  }
}
