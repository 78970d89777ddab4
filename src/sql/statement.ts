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
