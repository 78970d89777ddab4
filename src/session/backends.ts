import type { RoleId } from '../catalog/index.ts';
import type { ClientControl } from '../wire/handler.ts';

/** A client of this port, in a session or in a relay. */
export interface Backend {
  /** The role that logged in. */
  readonly roleId: RoleId;
  readonly client: Pick<ClientControl, 'processId' | 'cancel' | 'terminate'>;
}

/** Everybody whom pg_cancel_backend and pg_terminate_backend can name. */
export class Backends {
  readonly #byProcess = new Map<number, Backend>();

  add(backend: Backend): Disposable {
    const { processId } = backend.client;
    this.#byProcess.set(processId, backend);
    return { [Symbol.dispose]: () => void this.#byProcess.delete(processId) };
  }

  get(processId: number): Backend | undefined {
    return this.#byProcess.get(processId);
  }

  get all(): Iterable<Backend> {
    return this.#byProcess.values();
  }
}
