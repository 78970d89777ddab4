import type { RoleId } from '../catalog/index.ts';

interface Identity {
  /** Whom SET SESSION AUTHORIZATION names. */
  readonly sessionUser: RoleId;
  /** What SET ROLE names; null: none. */
  readonly role: RoleId | null;
}

/**
 * SET SESSION AUTHORIZATION and SET ROLE: other roles in the place of the one that logged in. What a transaction that rolls back set is undone,
 * and SET LOCAL ends with its transaction. Not kept among the variables: a client may give those any name and value in its start-up packet.
 */
export class RoleInUse {
  readonly loggedIn: RoleId;
  #session: Identity;
  #local: Identity | null = null;
  #saved: Identity;

  constructor(loggedIn: RoleId) {
    this.loggedIn = loggedIn;
    this.#session = { sessionUser: loggedIn, role: null };
    this.#saved = this.#session;
  }

  /** Whose rights count. */
  get id(): RoleId {
    return this.chosen ?? this.sessionUser;
  }

  /** Whose rights decide which roles SET ROLE may name. */
  get sessionUser(): RoleId {
    return this.#now.sessionUser;
  }

  /** The role that SET ROLE named; null: none. */
  get chosen(): RoleId | null {
    return this.#now.role;
  }

  /** SET ROLE. `null`: none. */
  set(role: RoleId | null, local: boolean): void {
    this.#become({ sessionUser: this.sessionUser, role }, local);
  }

  /** SET SESSION AUTHORIZATION, which ends SET ROLE. `null` goes back to the role that logged in. */
  setSessionUser(role: RoleId | null, local: boolean): void {
    this.#become({ sessionUser: role ?? this.loggedIn, role: null }, local);
  }

  /** @returns goes back to what holds now, in the same transaction */
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
    if (!committed) this.#session = this.#saved;
    this.#saved = this.#session;
    this.#local = null;
  }

  get #now(): Identity {
    return this.#local ?? this.#session;
  }

  #become(identity: Identity, local: boolean): void {
    if (local) this.#local = identity;
    else [this.#session, this.#local] = [identity, null];
  }
}
