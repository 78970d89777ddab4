import type { Plan } from '../plan/index.ts';
import { executeAlterConnection } from './alter-connection.ts';
import { executeAlterRole } from './alter-role.ts';
import { executeAlterSecret } from './alter-secret.ts';
import { executeAlterSystem } from './alter-system.ts';
import { executeComment } from './comment.ts';
import { executeCreateConnection } from './create-connection.ts';
import { executeCreateDatabase } from './create-database.ts';
import { executeCreateRole } from './create-role.ts';
import { executeCreateSchema } from './create-schema.ts';
import { executeCreateSecret } from './create-secret.ts';
import { executeDiscard } from './discard.ts';
import { executeDrop } from './drop.ts';
import { executeExplainConnection } from './explain-connection.ts';
import { executeGrantPrivileges } from './grant-privileges.ts';
import { executeGrantRole } from './grant-role.ts';
import { executeAlterDefaultPrivileges } from './alter-default-privileges.ts';
import { executeReassignOwned } from './reassign-owned.ts';
import { executeDropOwned } from './drop-owned.ts';
import { executePrepare } from './prepare.ts';
import { executePrepared } from './execute-prepared.ts';
import { executeDeallocate } from './deallocate.ts';
import { executeDeclareCursor } from './declare-cursor.ts';
import { executeFetch } from './fetch.ts';
import { executeCloseCursor } from './close-cursor.ts';
import { executeCreateSource } from './create-source.ts';
import { executeCreateTableFromSource } from './create-table-from-source.ts';
import { executeAlterSource } from './alter-source.ts';
import { type Outcome, done } from './outcome.ts';
import { executeOwner } from './owner.ts';
import { executeRename } from './rename.ts';
import type { ExecContext } from './rooms.ts';
import { executeRotateKeys } from './rotate-keys.ts';
import { executeSetRole } from './set-role.ts';
import { executeResetAll } from './reset-variable.ts';
import { executeSetVariable } from './set-variable.ts';
import { executeShow } from './show.ts';
import { executeShowCreate } from './show-create.ts';
import { executeShowAll, executeShowVariable } from './show-variable.ts';
import { executeTransaction } from './transaction.ts';
import { executeValidateConnection } from './validate-connection.ts';

/** Carries a plan out. Answers at once where nothing is to be waited for, so that plan and commit are one step. */
export function execute(plan: Plan, context: ExecContext): Outcome | Promise<Outcome> {
  switch (plan.kind) {
    case 'nothing':
      return done(plan.tag, { notices: plan.notices });
    case 'read':
      return executeShow(plan);
    case 'create-connection':
      return executeCreateConnection(plan, context);
    case 'alter-connection':
      return executeAlterConnection(plan, context);
    case 'rotate-keys':
      return executeRotateKeys(plan, context);
    case 'validate-connection':
      return executeValidateConnection(plan, context);
    case 'explain-connection':
      return executeExplainConnection(plan, context);
    case 'create-secret':
      return executeCreateSecret(plan, context);
    case 'alter-secret':
      return executeAlterSecret(plan, context);
    case 'create-database':
      return executeCreateDatabase(plan);
    case 'create-schema':
      return executeCreateSchema(plan);
    case 'create-role':
      return executeCreateRole(plan, context);
    case 'alter-role':
      return executeAlterRole(plan, context);
    case 'alter-system':
      return executeAlterSystem(plan);
    case 'drop':
      return executeDrop(plan);
    case 'rename':
      return executeRename(plan);
    case 'owner':
      return executeOwner(plan);
    case 'comment':
      return executeComment(plan);
    case 'grant-privileges':
      return executeGrantPrivileges(plan);
    case 'grant-role':
      return executeGrantRole(plan);
    case 'alter-default-privileges':
      return executeAlterDefaultPrivileges(plan);
    case 'reassign-owned':
      return executeReassignOwned(plan);
    case 'drop-owned':
      return executeDropOwned(plan);
    case 'prepare':
      return executePrepare(plan);
    case 'execute':
      return executePrepared(plan);
    case 'deallocate':
      return executeDeallocate(plan);
    case 'declare-cursor':
      return executeDeclareCursor(plan);
    case 'fetch':
      return executeFetch(plan);
    case 'close-cursor':
      return executeCloseCursor(plan);
    case 'create-source':
      return executeCreateSource(plan);
    case 'create-table-from-source':
      return executeCreateTableFromSource(plan);
    case 'alter-source':
      return executeAlterSource(plan);
    case 'show-create':
      return executeShowCreate(plan);
    case 'show-variable':
      return executeShowVariable(plan, context);
    case 'show-all':
      return executeShowAll(plan, context);
    case 'set-variable':
      return executeSetVariable(plan, context);
    case 'reset-all':
      return executeResetAll(plan, context);
    case 'set-role':
      return executeSetRole(plan, context);
    case 'discard':
      return executeDiscard(plan, context);
    case 'begin':
    case 'set-transaction':
    case 'commit':
    case 'rollback':
    case 'savepoint':
    case 'release':
    case 'rollback-to':
      return executeTransaction(plan, context);
  }
}
