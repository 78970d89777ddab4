import { PgError } from '../errors/index.ts';
import type { CancelKey, Handler, Identity, Peer, Session, StartupParameters, Verifier } from '../wire/handler.ts';
import { proofFor, roleThatLogsIn } from './logins.ts';
import type { ServerRooms } from './server-rooms.ts';
import { SqlSession } from './session.ts';
import { startupSettings } from './startup-options.ts';
import { SessionVariables } from './variables.ts';

/** What the protocol room asks of the server: who may enter, and a session for them. */
export class SessionHandler implements Handler {
  readonly #rooms: ServerRooms;

  constructor(rooms: ServerRooms) {
    this.#rooms = rooms;
  }

  async verifier(startup: StartupParameters, peer: Peer): Promise<Verifier> {
    return proofFor(startup, peer, this.#rooms.store.current, this.#rooms.logins);
  }

  enter(startup: StartupParameters, identity: Identity, cancelKey: CancelKey): Promise<Session> {
    const { store, sessions, now } = this.#rooms;
    const snapshot = store.current;
    const role = roleThatLogsIn(snapshot, identity.user, identity.method);
    if (snapshot.databaseNamed(startup.database) === undefined) {
      throw new PgError('invalid_catalog_name', `database "${startup.database}" does not exist`, {
        severity: 'FATAL',
        hint: 'Connect to the database materialize and use SHOW DATABASES.',
      });
    }
    const settings = startupSettings(startup.parameters);
    const system = new Map([...snapshot.tables.systemSettings.values()].map((row) => [row.name, row.value]));
    const identityValues = new Map([
      ['database', startup.database],
      ['is_superuser', role.superuser ? 'on' : 'off'],
      ['session_authorization', role.name],
    ]);
    const variables = new SessionVariables(
      system,
      new Map(Object.entries(role.settings)),
      settings.values,
      identityValues,
    );
    const entry = sessions.add({
      processId: cancelKey.processId,
      role: role.name,
      clientAddress: identity.peer.address,
      connectedAt: now().toISOString(),
      database: startup.database,
      get applicationName() {
        return variables.get('application_name') ?? '';
      },
    });
    const session = new SqlSession(this.#rooms, {
      role,
      variables,
      clientAddress: identity.peer.address,
      notices: settings.notices,
      onClose: () => entry[Symbol.dispose](),
    });
    return Promise.resolve(session);
  }

  cancel(_key: CancelKey): void {
    // Sessions of the wire room are cancelled there; nothing else runs for a client yet.
  }
}
