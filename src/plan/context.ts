import type { ItemId, RoleRow, Snapshot } from '../catalog/index.ts';
import type { ConnectionKind, RefusedKind } from '../connections/index.ts';
import type { SqlRoom } from '../sql/index.ts';

/** The connection kinds as the planner sees them; `connections/index.ts` is one. */
export interface KindList {
  kindByWords(words: string): ConnectionKind | RefusedKind | undefined;
  kindByType(type: string): ConnectionKind | undefined;
  /** `SSH TUNNEL, POSTGRES …`: those that can be opened, for hints. */
  readonly supportedWords: readonly string[];
}

/** What every planner may read. Nothing here changes while a statement is planned. */
export interface PlanContext {
  /** Committed catalog with the transaction's own changes on top. */
  readonly snapshot: Snapshot;
  /** The query string that positions count in. */
  readonly source: string;
  /** After SET ROLE; the role that owns what is created. */
  readonly role: RoleRow;
  /** The role that logged in, or that SET SESSION AUTHORIZATION put in its place. */
  readonly sessionRole: RoleRow;
  /** The role that logged in, where SET SESSION AUTHORIZATION can put another in its place. */
  readonly loginRole?: RoleRow;
  readonly database: string;
  readonly searchPath: readonly string[];
  readonly kinds: KindList;
  readonly sql: SqlRoom;
  readonly environmentId: string;
  /** Items that could not be read back at start, with the reason. They can be dropped and nothing else. */
  readonly setAside: ReadonlyMap<ItemId, string>;
}
