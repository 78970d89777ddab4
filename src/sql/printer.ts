import { printAlterConnection } from './alter-connection.ts';
import { printAlterDefaultPrivileges } from './alter-default-privileges.ts';
import { printAlterRole } from './alter-role.ts';
import { printAlterSecret } from './alter-secret.ts';
import { printAlterSource } from './alter-source.ts';
import { printAlterSystem } from './alter-system.ts';
import { printCloseCursor } from './close-cursor.ts';
import { printComment } from './comment.ts';
import { printCreateConnection } from './create-connection.ts';
import { printCreateDatabase } from './create-database.ts';
import { printCreateRole } from './create-role.ts';
import { printCreateSchema } from './create-schema.ts';
import { printCreateSecret } from './create-secret.ts';
import { printCreateSource } from './create-source.ts';
import { printCreateTableFromSource } from './create-table-from-source.ts';
import { printDeallocate } from './deallocate.ts';
import { printDeclareCursor } from './declare-cursor.ts';
import { printDiscard } from './discard.ts';
import { printDropOwned } from './drop-owned.ts';
import { printDrop } from './drop.ts';
import { printExecute } from './execute.ts';
import { printExplainConnection } from './explain-connection.ts';
import { printFetch } from './fetch.ts';
import { printGrantPrivileges } from './grant-privileges.ts';
import { printGrantRole } from './grant-role.ts';
import { printOwner } from './owner.ts';
import { printPrepare } from './prepare.ts';
import type { PrintContext } from './print-context.ts';
import { printReassignOwned } from './reassign-owned.ts';
import { printRename } from './rename.ts';
import { printResetVariable } from './reset-variable.ts';
import { printSetRole } from './set-role.ts';
import { printSetVariable } from './set-variable.ts';
import { printShowCreate } from './show-create.ts';
import { printShowVariable } from './show-variable.ts';
import { printShow } from './show.ts';
import type { DialectStatement } from './statement.ts';
import { printTransaction } from './transaction.ts';
import { printValidateConnection } from './validate-connection.ts';

type Printers = {
  readonly [Kind in DialectStatement['kind']]: (
    statement: Extract<DialectStatement, { readonly kind: Kind }>,
    context: PrintContext,
  ) => string;
};

const printers: Printers = {
  'alter-connection': printAlterConnection,
  'alter-default-privileges': printAlterDefaultPrivileges,
  'alter-role': printAlterRole,
  'alter-secret': printAlterSecret,
  'alter-source': printAlterSource,
  'alter-system': printAlterSystem,
  'close-cursor': printCloseCursor,
  comment: printComment,
  'create-connection': printCreateConnection,
  'create-database': printCreateDatabase,
  'create-role': printCreateRole,
  'create-schema': printCreateSchema,
  'create-secret': printCreateSecret,
  'create-source': printCreateSource,
  'create-table-from-source': printCreateTableFromSource,
  deallocate: printDeallocate,
  'declare-cursor': printDeclareCursor,
  discard: printDiscard,
  drop: printDrop,
  'drop-owned': printDropOwned,
  execute: printExecute,
  'explain-connection': printExplainConnection,
  fetch: printFetch,
  'grant-privileges': printGrantPrivileges,
  'grant-role': printGrantRole,
  owner: printOwner,
  prepare: printPrepare,
  'reassign-owned': printReassignOwned,
  rename: printRename,
  'reset-variable': printResetVariable,
  'set-role': printSetRole,
  'set-variable': printSetVariable,
  show: printShow,
  'show-create': printShowCreate,
  'show-variable': printShowVariable,
  transaction: printTransaction,
  'validate-connection': printValidateConnection,
};

/** Canonical text of a statement: one line unless a literal or a kept expression has several, no semicolon. */
export function print(statement: DialectStatement, context: PrintContext): string {
  const printer = printers[statement.kind] as (statement: DialectStatement, context: PrintContext) => string;
  return printer(statement, context);
}
