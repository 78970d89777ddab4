/** One open session, as mz_internal.mz_sessions shows it. */
export interface SessionEntry {
  readonly processId: number;
  readonly role: string;
  readonly clientAddress: string;
  readonly connectedAt: string;
  readonly database: string;
  readonly applicationName: string;
}

/** The sessions that are open now. */
export class SessionRegistry {
  readonly #entries = new Set<SessionEntry>();

  add(entry: SessionEntry): Disposable {
    this.#entries.add(entry);
    return { [Symbol.dispose]: () => void this.#entries.delete(entry) };
  }

  get entries(): readonly SessionEntry[] {
    return [...this.#entries];
  }
}
