import type { Duplex } from 'node:stream';
import type { RoleRow } from '../catalog/index.ts';
import { PgError } from '../errors/index.ts';
import type { RelayRequest } from '../relay/index.ts';
import type {
  CancelKey,
  ClientControl,
  Handler,
  Identity,
  Peer,
  Session,
  StartupParameters,
  Takeover,
  Verifier,
} from '../wire/handler.ts';
import type { Backend } from './backends.ts';
import { proofFor, roleThatLogsIn } from './logins.ts';
import { relayTarget } from './relay-target.ts';
import type { ServerRooms } from './server-rooms.ts';
import { SqlSession } from './session.ts';
import { startupSettings } from './startup-options.ts';
import { StatementCutter } from './statement-cutter.ts';
import { SessionVariables } from './variables.ts';

/** What the protocol room asks of the server: who may enter, and a session for them. */
export class SessionHandler implements Handler {
  readonly #rooms: ServerRooms;
  readonly #statements: StatementCutter;

  constructor(rooms: ServerRooms) {
    this.#rooms = rooms;
    this.#statements = new StatementCutter(rooms.sql);
  }

  async verifier(startup: StartupParameters, peer: Peer): Promise<Verifier> {
    return proofFor(startup, peer, this.#rooms.store.current, this.#rooms.logins);
  }

  /** A session in the database that the start-up names, or else the server of the connection that it names. @throws PgError FATAL 3D000, 42501, 0A000 */
  async enter(
    startup: StartupParameters,
    identity: Identity,
    client: ClientControl,
    signal: AbortSignal,
  ): Promise<Session | Takeover> {
    const snapshot = this.#rooms.store.current;
    const role = roleThatLogsIn(snapshot, identity.user, identity.method);
    if (snapshot.databaseNamed(startup.database) !== undefined) {
      return this.#session(role, startup, identity, client);
    }
    const target = relayTarget(this.#rooms, { role, startup, identity, cancelKey: client, signal });
    if (target !== undefined) return { takeover: (stream) => this.#relay(target, stream, { roleId: role.id, client }) };
    throw new PgError('invalid_catalog_name', `database "${startup.database}" does not exist`, {
      severity: 'FATAL',
      hint: 'Connect to the database materialize and use SHOW DATABASES, or name a connection TO POSTGRES; mz_connections lists them.',
    });
  }

  #session(role: RoleRow, startup: StartupParameters, identity: Identity, client: ClientControl): Session {
    const { store, sessions, backends, now } = this.#rooms;
    const snapshot = store.current;
    const settings = startupSettings(startup.parameters);
    const variables = new SessionVariables({
      atLogin: snapshot.tables.systemSettings,
      now: () => store.current.tables.systemSettings,
      own: new Map([
        ...Object.entries(role.settings),
        ...settings.values,
        ['database', startup.database],
        ['is_superuser', role.superuser ? 'on' : 'off'],
        ['role', 'none'],
        ['session_authorization', role.name],
      ]),
    });
    this.#rooms.counts.sessionsOpened += 1;
    const entry = sessions.add({
      processId: client.processId,
      role: role.name,
      clientAddress: identity.peer.address,
      connectedAt: now().toISOString(),
      database: startup.database,
      get applicationName() {
        return variables.get('application_name') ?? '';
      },
    });
    const backend = backends.add({ roleId: role.id, client });
    return new SqlSession(this.#rooms, {
      role,
      variables,
      clientAddress: identity.peer.address,
      processId: client.processId,
      statements: this.#statements,
      notices: settings.notices,
      onClose: () => {
        entry[Symbol.dispose]();
        backend[Symbol.dispose]();
      },
    });
  }

  async #relay(request: RelayRequest, stream: Duplex, backend: Backend): Promise<void> {
    using _ = this.#rooms.backends.add(backend);
    await this.#rooms.relays.serve(request, stream);
  }

  /** Sessions of the wire room are cancelled there; relays here. */
  cancel(key: CancelKey): void {
    this.#rooms.relays.cancel(key);
  }
}
