import type { CatalogStore, ItemId } from '../catalog/index.ts';
import type { PgNotice } from '../errors/index.ts';
import type { Rooms } from '../exec/index.ts';
import type { KindList } from '../plan/index.ts';
import type { QueryRoom } from '../query/index.ts';
import type { Relays } from '../relay/index.ts';
import type { SqlRoom } from '../sql/index.ts';
import type { Backends } from './backends.ts';
import type { LoginRules } from './logins.ts';
import type { SessionRegistry } from './registry.ts';
import type { SessionCounts } from './session-counts.ts';

/** What every session works with; built once by the composition root. */
export interface ServerRooms extends Rooms {
  readonly store: CatalogStore;
  readonly sql: SqlRoom;
  readonly kinds: KindList;
  readonly query: QueryRoom;
  readonly sessions: SessionRegistry;
  readonly backends: Backends;
  readonly counts: SessionCounts;
  readonly relays: Relays;
  /** What to tell who asks for the egress addresses; undefined when they were announced. */
  readonly egressNotice: PgNotice | undefined;
  readonly setAside: ReadonlyMap<ItemId, string>;
  readonly logins: LoginRules;
}
