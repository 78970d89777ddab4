import type { RoleId } from '../catalog/index.ts';

/**
 * SET ROLE: another role in the place of the one that logged in. What a transaction that rolls back set is undone, and SET LOCAL ROLE ends
 * with its transaction. Not kept among the variables: a client may give those any name and value in its start-up packet.
 */
export class RoleInUse {
  readonly #loggedIn: RoleId;
  #session: RoleId | null = null;
  #local: RoleId | null = null;
  #saved: RoleId | null = null;

  constructor(loggedIn: RoleId) {
    this.#loggedIn = loggedIn;
  }

  get id(): RoleId {
    return this.#local ?? this.#session ?? this.#loggedIn;
  }

  /** `null` goes back to the role that logged in. */
  set(role: RoleId | null, local: boolean): void {
    if (local) this.#local = role ?? this.#loggedIn;
    else [this.#session, this.#local] = [role, null];
  }

  beginTransaction(): void {
    this.#saved = this.#session;
  }

  endTransaction(committed: boolean): void {
    if (!committed) this.#session = this.#saved;
    this.#saved = this.#session;
    this.#local = null;
  }
}
