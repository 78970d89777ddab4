import type { AlterConnection } from './alter-connection.ts';
import type { AlterDefaultPrivileges } from './alter-default-privileges.ts';
import type { AlterRole } from './alter-role.ts';
import type { AlterSecret } from './alter-secret.ts';
import type { AlterSource } from './alter-source.ts';
import type { AlterSystem } from './alter-system.ts';
import type { CloseCursor } from './close-cursor.ts';
import type { Comment } from './comment.ts';
import type { CreateConnection } from './create-connection.ts';
import type { CreateDatabase } from './create-database.ts';
import type { CreateRole } from './create-role.ts';
import type { CreateSchema } from './create-schema.ts';
import type { CreateSecret } from './create-secret.ts';
import type { CreateSource } from './create-source.ts';
import type { CreateTableFromSource } from './create-table-from-source.ts';
import type { Deallocate } from './deallocate.ts';
import type { DeclareCursor } from './declare-cursor.ts';
import type { Discard } from './discard.ts';
import type { Drop } from './drop.ts';
import type { DropOwned } from './drop-owned.ts';
import type { Execute } from './execute.ts';
import type { ExplainConnection } from './explain-connection.ts';
import type { Fetch } from './fetch.ts';
import type { GrantPrivileges } from './grant-privileges.ts';
import type { GrantRole } from './grant-role.ts';
import type { Owner } from './owner.ts';
import type { Prepare } from './prepare.ts';
import type { ReassignOwned } from './reassign-owned.ts';
import type { Rename } from './rename.ts';
import type { ResetVariable } from './reset-variable.ts';
import type { SetRole } from './set-role.ts';
import type { SetVariable } from './set-variable.ts';
import type { Show } from './show.ts';
import type { ShowCreate } from './show-create.ts';
import type { ShowVariable } from './show-variable.ts';
import type { Transaction } from './transaction.ts';
import type { ValidateConnection } from './validate-connection.ts';

/** A statement of the dialect. Everything else is read (SELECT and friends) and goes to the query room as text. */
export type DialectStatement =
  | AlterConnection
  | AlterDefaultPrivileges
  | AlterRole
  | AlterSecret
  | AlterSource
  | AlterSystem
  | CloseCursor
  | Comment
  | CreateConnection
  | CreateDatabase
  | CreateRole
  | CreateSchema
  | CreateSecret
  | CreateSource
  | CreateTableFromSource
  | Deallocate
  | DeclareCursor
  | Discard
  | Drop
  | DropOwned
  | Execute
  | ExplainConnection
  | Fetch
  | GrantPrivileges
  | GrantRole
  | Owner
  | Prepare
  | ReassignOwned
  | Rename
  | ResetVariable
  | SetRole
  | SetVariable
  | Show
  | ShowCreate
  | ShowVariable
  | Transaction
  | ValidateConnection;

export type * from './alter-connection.ts';
export type * from './alter-default-privileges.ts';
export type * from './alter-role.ts';
export type * from './alter-secret.ts';
export type * from './alter-source.ts';
export type * from './alter-system.ts';
export type * from './close-cursor.ts';
export type * from './comment.ts';
export type * from './create-connection.ts';
export type * from './create-database.ts';
export type * from './create-role.ts';
export type * from './create-schema.ts';
export type * from './create-secret.ts';
export type * from './create-source.ts';
export type * from './create-table-from-source.ts';
export type * from './deallocate.ts';
export type * from './declare-cursor.ts';
export type * from './discard.ts';
export type * from './drop-owned.ts';
export type * from './drop.ts';
export type * from './execute.ts';
export type * from './explain-connection.ts';
export type * from './fetch.ts';
export type * from './grant-privileges.ts';
export type * from './grant-role.ts';
export type * from './owner.ts';
export type * from './prepare.ts';
export type { Privileges } from './privileges.ts';
export type * from './reassign-owned.ts';
export type * from './rename.ts';
export type * from './reset-variable.ts';
export type * from './set-role.ts';
export type * from './set-variable.ts';
export type * from './show-create.ts';
export type * from './show-variable.ts';
export type * from './show.ts';
export type * from './transaction.ts';
export type * from './validate-connection.ts';
