import type { DialectStatement } from '../sql/index.ts';
import { type AlterConnectionPlan, type RotateKeysPlan, planAlterConnection } from './alter-connection.ts';
import { type AlterRolePlan, planAlterRole } from './alter-role.ts';
import { type AlterSecretPlan, planAlterSecret } from './alter-secret.ts';
import { type AlterSystemPlan, planAlterSystem } from './alter-system.ts';
import { type CommentPlan, planComment } from './comment.ts';
import type { PlanContext } from './context.ts';
import { type CreateConnectionPlan, planCreateConnection } from './create-connection.ts';
import { type CreateDatabasePlan, planCreateDatabase } from './create-database.ts';
import { type CreateRolePlan, planCreateRole } from './create-role.ts';
import { type CreateSchemaPlan, planCreateSchema } from './create-schema.ts';
import { type CreateSecretPlan, planCreateSecret } from './create-secret.ts';
import { type DiscardPlan, planDiscard } from './discard.ts';
import { type DropPlan, planDrop } from './drop.ts';
import { type ExplainConnectionPlan, planExplainConnection } from './explain-connection.ts';
import { type GrantPrivilegesPlan, planGrantPrivileges } from './grant-privileges.ts';
import { type GrantRolePlan, planGrantRole } from './grant-role.ts';
import { type AlterDefaultPrivilegesPlan, planAlterDefaultPrivileges } from './alter-default-privileges.ts';
import { type ReassignOwnedPlan, planReassignOwned } from './reassign-owned.ts';
import { type DropOwnedPlan, planDropOwned } from './drop-owned.ts';
import { type PreparePlan, planPrepare } from './prepare.ts';
import { type ExecutePreparedPlan, planExecute } from './execute.ts';
import { type DeallocatePlan, planDeallocate } from './deallocate.ts';
import { type DeclareCursorPlan, planDeclareCursor } from './declare-cursor.ts';
import { type FetchPlan, planFetch } from './fetch.ts';
import { type CloseCursorPlan, planCloseCursor } from './close-cursor.ts';
import { type CreateSourcePlan, planCreateSource } from './create-source.ts';
import { type CreateTableFromSourcePlan, planCreateTableFromSource } from './create-table-from-source.ts';
import { type AlterSourcePlan, planAlterSource } from './alter-source.ts';
import type { NothingPlan } from './nothing.ts';
import { type OwnerPlan, planOwner } from './owner.ts';
import { type RenamePlan, planRename } from './rename.ts';
import { type ResetAllPlan, planResetVariable } from './reset-variable.ts';
import { type SetRolePlan, planSetRole } from './set-role.ts';
import { type SetVariablePlan, planSetVariable } from './set-variable.ts';
import { type ReadPlan, planShow } from './show.ts';
import { type ShowCreatePlan, planShowCreate } from './show-create.ts';
import { type ShowAllPlan, type ShowVariablePlan, planShowVariable } from './show-variable.ts';
import { type TransactionPlan, planTransaction } from './transaction.ts';
import { type ValidateConnectionPlan, planValidateConnection } from './validate-connection.ts';

/** What a statement comes to: plain data, made without I/O, clock or randomness. */
export type Plan =
  | AlterConnectionPlan
  | AlterRolePlan
  | AlterSecretPlan
  | AlterSystemPlan
  | CommentPlan
  | CreateConnectionPlan
  | CreateDatabasePlan
  | CreateRolePlan
  | CreateSchemaPlan
  | CreateSecretPlan
  | DiscardPlan
  | DropPlan
  | ExplainConnectionPlan
  | GrantPrivilegesPlan
  | GrantRolePlan
  | AlterDefaultPrivilegesPlan
  | ReassignOwnedPlan
  | DropOwnedPlan
  | PreparePlan
  | ExecutePreparedPlan
  | DeallocatePlan
  | DeclareCursorPlan
  | FetchPlan
  | CloseCursorPlan
  | CreateSourcePlan
  | CreateTableFromSourcePlan
  | AlterSourcePlan
  | NothingPlan
  | OwnerPlan
  | ReadPlan
  | RenamePlan
  | ResetAllPlan
  | RotateKeysPlan
  | SetRolePlan
  | SetVariablePlan
  | ShowAllPlan
  | ShowCreatePlan
  | ShowVariablePlan
  | TransactionPlan
  | ValidateConnectionPlan;

/** Pure. @throws PgError as each statement's planner says */
export function plan(statement: DialectStatement, context: PlanContext): Plan {
  switch (statement.kind) {
    case 'create-connection':
      return planCreateConnection(statement, context);
    case 'alter-connection':
      return planAlterConnection(statement, context);
    case 'validate-connection':
      return planValidateConnection(statement, context);
    case 'explain-connection':
      return planExplainConnection(statement, context);
    case 'create-secret':
      return planCreateSecret(statement, context);
    case 'alter-secret':
      return planAlterSecret(statement, context);
    case 'create-database':
      return planCreateDatabase(statement, context);
    case 'create-schema':
      return planCreateSchema(statement, context);
    case 'create-role':
      return planCreateRole(statement, context);
    case 'alter-role':
      return planAlterRole(statement, context);
    case 'alter-system':
      return planAlterSystem(statement, context);
    case 'drop':
      return planDrop(statement, context);
    case 'rename':
      return planRename(statement, context);
    case 'owner':
      return planOwner(statement, context);
    case 'comment':
      return planComment(statement, context);
    case 'show':
      return planShow(statement, context);
    case 'show-create':
      return planShowCreate(statement, context);
    case 'show-variable':
      return planShowVariable(statement, context);
    case 'set-variable':
      return planSetVariable(statement, context);
    case 'reset-variable':
      return planResetVariable(statement, context);
    case 'set-role':
      return planSetRole(statement, context);
    case 'transaction':
      return planTransaction(statement);
    case 'discard':
      return planDiscard(statement);
    case 'grant-privileges':
      return planGrantPrivileges(statement, context);
    case 'grant-role':
      return planGrantRole(statement, context);
    case 'alter-default-privileges':
      return planAlterDefaultPrivileges(statement, context);
    case 'reassign-owned':
      return planReassignOwned(statement, context);
    case 'drop-owned':
      return planDropOwned(statement, context);
    case 'prepare':
      return planPrepare(statement, context);
    case 'execute':
      return planExecute(statement, context);
    case 'deallocate':
      return planDeallocate(statement);
    case 'declare-cursor':
      return planDeclareCursor(statement);
    case 'fetch':
      return planFetch(statement, context);
    case 'close-cursor':
      return planCloseCursor(statement);
    case 'create-source':
      return planCreateSource(statement, context);
    case 'create-table-from-source':
      return planCreateTableFromSource(statement, context);
    case 'alter-source':
      return planAlterSource(statement, context);
  }
}
