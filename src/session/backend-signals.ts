import { PgError, type PgNotice, notice, queryCancelled } from '../errors/index.ts';
import { type AuditSource, done } from '../exec/index.ts';
import { effectiveRoles } from '../plan/index.ts';
import type { BackendSignal, Backends as BackendsToRead } from '../query/index.ts';
import type { Backend } from './backends.ts';
import { CatalogTransaction } from './catalog-transaction.ts';
import type { RoleInUse } from './role-in-use.ts';
import type { ServerRooms } from './server-rooms.ts';
import { roleIn } from './session-view.ts';

/**
 * pg_cancel_backend and pg_terminate_backend of one session. Who may is PostgreSQL's rule: superusers everybody, others the sessions
 * of roles whose privileges they have, but no superuser's.
 */
export class BackendSignals implements BackendsToRead {
  readonly #rooms: Pick<ServerRooms, 'store' | 'backends'>;
  readonly #role: RoleInUse;
  readonly #own: {
    readonly processId: number;
    readonly auditSource: () => AuditSource;
    readonly tell: (told: PgNotice) => void;
  };

  constructor(
    rooms: Pick<ServerRooms, 'store' | 'backends'>,
    role: RoleInUse,
    own: {
      readonly processId: number;
      readonly auditSource: () => AuditSource;
      /** Warnings, told with the next answer. */
      readonly tell: (told: PgNotice) => void;
    },
  ) {
    this.#rooms = rooms;
    this.#role = role;
    this.#own = own;
  }

  permissions(): ReadonlyMap<number, 'allowed' | 'superuser' | 'role'> {
    const snapshot = this.#rooms.store.current;
    const asking = roleIn(snapshot, this.#role.id);
    const roles = effectiveRoles(snapshot, asking);
    const permission = ({ roleId }: Backend): 'allowed' | 'superuser' | 'role' => {
      if (asking.superuser) return 'allowed';
      if (snapshot.role(roleId)?.superuser === true) return 'superuser';
      return roles.has(roleId) ? 'allowed' : 'role';
    };
    return new Map([...this.#rooms.backends.all].map((backend) => [backend.client.processId, permission(backend)]));
  }

  /** Each is audited before it is sent, whatever becomes of the transaction around it. A signal to the session itself comes last. */
  async signal(signals: readonly BackendSignal[]): Promise<void> {
    const { processId } = this.#own;
    for (const signal of signals.filter((one) => one.processId !== processId)) await this.#send(signal);
    const own = signals.find((one) => one.processId === processId);
    if (own === undefined) return;
    await this.#send(own);
    throw own.kind === 'cancel' ? queryCancelled() : terminated();
  }

  async #send({ processId, kind }: BackendSignal): Promise<void> {
    const { store, backends } = this.#rooms;
    const backend = backends.get(processId);
    if (backend === undefined) {
      const message = `PID ${processId} is not a PostgreSQL backend process`;
      this.#own.tell(notice('warning', message, { severity: 'WARNING' }));
      return;
    }
    const { roleId, client } = backend;
    const transaction = new CatalogTransaction(store, (error) => error);
    await transaction.run((snapshot) => {
      const role = snapshot.role(roleId)?.name;
      const actor = this.#role.id === this.#role.loggedIn ? {} : { current_role: roleIn(snapshot, this.#role.id).name };
      return done('', {
        audit: [{ eventType: kind, objectKind: 'session', details: { process_id: processId, role, ...actor } }],
        afterCommit: () => (kind === 'cancel' ? client.cancel() : client.terminate(terminated())),
      });
    });
    await transaction.commit(this.#own.auditSource());
  }
}

const terminated = (): PgError =>
  new PgError('admin_shutdown', 'terminating connection due to administrator command', { severity: 'FATAL' });
