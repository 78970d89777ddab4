import { notSupported, type PgError, unreachable } from '../errors/index.ts';
import { parseAlterConnection } from './alter-connection.ts';
import { parseAlterDefaultPrivileges } from './alter-default-privileges.ts';
import { parseAlterRole } from './alter-role.ts';
import { parseAlterSecret } from './alter-secret.ts';
import { parseAlterSource } from './alter-source.ts';
import { parseAlterSystem } from './alter-system.ts';
import type { Name, ObjectKind } from './ast.ts';
import { parseCloseCursor } from './close-cursor.ts';
import { parseComment } from './comment.ts';
import { parseCreateConnection } from './create-connection.ts';
import { parseCreateDatabase } from './create-database.ts';
import { parseCreateRole } from './create-role.ts';
import { parseCreateSchema } from './create-schema.ts';
import { parseCreateSecret } from './create-secret.ts';
import { parseCreateSource } from './create-source.ts';
import { parseCreateTableFromSource } from './create-table-from-source.ts';
import { Cursor } from './cursor.ts';
import { parseDeallocate } from './deallocate.ts';
import { parseDeclareCursor } from './declare-cursor.ts';
import { parseDiscard, parseUnlisten } from './discard.ts';
import { parseDropOwned } from './drop-owned.ts';
import { parseDrop } from './drop.ts';
import { parseExecute } from './execute.ts';
import { parseExplainConnection } from './explain-connection.ts';
import { parseFetch } from './fetch.ts';
import { parseGrantPrivileges } from './grant-privileges.ts';
import { parseGrantRole } from './grant-role.ts';
import { didYouMean, nearest } from './hints.ts';
import type { Keyword } from './keywords.ts';
import { tokenize } from './lexer.ts';
import { parseIfExists, parseName } from './names.ts';
import { expectObjectKind, objectKinds } from './object-kinds.ts';
import { parseOwner } from './owner.ts';
import { parsePrepare } from './prepare.ts';
import { matchPhrase } from './phrases.ts';
import { privilegeWords } from './privileges.ts';
import { parseReassignOwned } from './reassign-owned.ts';
import { parseRename } from './rename.ts';
import { parseResetVariable } from './reset-variable.ts';
import { parseSetRole } from './set-role.ts';
import { parseSetVariable } from './set-variable.ts';
import { parseShowCreate } from './show-create.ts';
import { parseShowVariable } from './show-variable.ts';
import { takeShow } from './show.ts';
import type { DialectStatement } from './statement.ts';
import {
  parseBegin,
  parseCommit,
  parseRelease,
  parseRollback,
  parseSavepoint,
  parseSetTransaction,
} from './transaction.ts';
import { parseValidateConnection } from './validate-connection.ts';
import type { Vocabulary } from './vocabulary.ts';

type Parse = (cursor: Cursor) => DialectStatement;

/** By first word; a list of pairs so that no word finds what every object inherits. */
const statements: ReadonlyMap<string, Parse> = new Map<Keyword, Parse>([
  ['ABORT', parseRollback],
  ['ALTER', parseAlter],
  ['BEGIN', (cursor) => parseBegin(cursor, false)],
  ['CLOSE', parseCloseCursor],
  ['COMMENT', parseComment],
  ['COMMIT', parseCommit],
  ['CREATE', parseCreate],
  ['DEALLOCATE', parseDeallocate],
  ['DECLARE', parseDeclareCursor],
  ['DISCARD', parseDiscard],
  ['DROP', (cursor) => (cursor.takeKeyword('OWNED') ? parseDropOwned(cursor) : parseDrop(cursor))],
  ['END', parseCommit],
  ['EXECUTE', parseExecute],
  ['EXPLAIN', parseExplainConnection],
  ['FETCH', (cursor) => parseFetch(cursor, false)],
  ['GRANT', (cursor) => parseGrant(cursor, true)],
  ['MOVE', (cursor) => parseFetch(cursor, true)],
  ['PREPARE', parsePrepare],
  ['REASSIGN', parseReassignOwned],
  ['RELEASE', parseRelease],
  ['RESET', parseResetVariable],
  ['REVOKE', (cursor) => parseGrant(cursor, false)],
  ['ROLLBACK', parseRollback],
  ['SAVEPOINT', parseSavepoint],
  ['SET', parseSet],
  ['SHOW', parseShow],
  ['START', (cursor) => parseBegin(cursor, true)],
  ['UNLISTEN', parseUnlisten],
  ['VALIDATE', parseValidateConnection],
]);

/**
 * Parses the dialect statement that begins at `offset0` of `source` and ends at its semicolon or at the end.
 * @throws PgError 42601, 42622, 54000, 54001 with positions in `source`; 0A000 for statements of SQL that there are none of here.
 */
export function parse(source: string, offset0: number, vocabulary: Vocabulary): DialectStatement {
  const cursor = new Cursor(source, tokenize(source, offset0, vocabulary.keywords), vocabulary);
  const { token } = cursor;
  const statement = token.kind === 'keyword' ? statements.get(token.value) : undefined;
  if (statement === undefined) throw unknownStatement(cursor);
  cursor.next();
  const parsed = statement(cursor);
  if (!cursor.atEnd()) throw cursor.expected('end of statement', endHint(cursor));
  return parsed;
}

/** Two statements that run together. */
function endHint(cursor: Cursor): string | undefined {
  const { token } = cursor;
  const begins =
    token.kind === 'keyword' && ['CREATE', 'ALTER', 'DROP', 'SHOW', 'SELECT', 'GRANT', 'COMMENT'].includes(token.value);
  return begins ? `If ${token.value} begins another statement, a semicolon is missing before it.` : undefined;
}

const foreignStatements: ReadonlySet<string> = new Set([
  ...['insert', 'update', 'delete', 'merge', 'truncate', 'listen', 'notify', 'lock', 'vacuum', 'analyze'],
  ...['reindex', 'checkpoint', 'call', 'do', 'import', 'load', 'security', 'subscribe', 'refresh'],
]);

function unknownStatement(cursor: Cursor): PgError {
  const { token } = cursor;
  const word = token.value.toLowerCase();
  if ((token.kind === 'keyword' || token.kind === 'identifier') && foreignStatements.has(word)) {
    return notSupported(`${word.toUpperCase()} is not supported`, {
      position1: cursor.position1(),
      hint: 'This server keeps connections, not data: the data stays in the databases that its connections lead to.',
    });
  }
  if (token.kind === 'keyword')
    return cursor.error(`Unexpected keyword ${token.value} at the beginning of a statement`);
  const guess = token.kind === 'identifier' ? nearest(word, [...statements.keys(), 'SELECT', 'WITH']) : undefined;
  return cursor.expected('a keyword at the beginning of a statement', didYouMean(guess));
}

function parseCreate(cursor: Cursor): DialectStatement {
  const { offset0 } = cursor;
  refuseForeign(cursor);
  const word = cursor.expectOneOf(createWords, createHint(cursor));
  switch (word) {
    case 'CONNECTION':
      return parseCreateConnection(cursor);
    case 'SECRET':
      return parseCreateSecret(cursor);
    case 'SOURCE':
      return parseCreateSource(cursor);
    case 'TABLE':
      return parseCreateTableFromSource(cursor);
    case 'DATABASE':
      return parseCreateDatabase(cursor);
    case 'SCHEMA':
      return parseCreateSchema(cursor);
    case 'ROLE':
    case 'USER':
      return parseCreateRole(cursor, word, offset0);
    default:
      return unreachable(word);
  }
}

const createWords = ['CONNECTION', 'SECRET', 'SOURCE', 'TABLE', 'DATABASE', 'SCHEMA', 'ROLE', 'USER'] as const;

function createHint(cursor: Cursor): string | undefined {
  if (cursor.atKeyword('IF')) return 'Say what to create before IF NOT EXISTS.';
  if (cursor.token.value === 'or') return 'There is no CREATE OR REPLACE: use IF NOT EXISTS, or ALTER what is there.';
  const kind = matchPhrase(cursor, cursor.vocabulary.kinds)?.phrase;
  return kind === undefined ? undefined : `Write CREATE CONNECTION name TO ${kind} (…).`;
}

const foreignObjects: ReadonlySet<string> = new Set([
  ...[
    'aggregate',
    'cluster',
    'domain',
    'event',
    'extension',
    'function',
    'index',
    'materialized',
    'operator',
    'policy',
  ],
  ...['procedure', 'publication', 'recursive', 'rule', 'sequence', 'sink', 'subscription', 'tablespace', 'temp'],
  ...['temporary', 'trigger', 'type', 'unique', 'unlogged', 'view'],
]);

/** @throws PgError 0A000 for what other servers can create and this one cannot. */
function refuseForeign(cursor: Cursor): void {
  const { token } = cursor;
  if (token.kind === 'quoted' || !foreignObjects.has(token.value.toLowerCase())) return;
  const what = cursor.atKeyword('MATERIALIZED') ? 'MATERIALIZED VIEW' : token.value.toUpperCase();
  throw notSupported(`CREATE ${what} is not supported`, {
    position1: cursor.position1(),
    hint: 'Databases, schemas, roles, secrets, connections and sources can be created here.',
  });
}

function parseAlter(cursor: Cursor): DialectStatement {
  if (cursor.takeKeyword('SYSTEM')) return parseAlterSystem(cursor);
  if (cursor.takeKeyword('DEFAULT')) return parseAlterDefaultPrivileges(cursor);
  const kind = expectObjectKind(cursor, objectKinds, 'one', ['SYSTEM', 'DEFAULT']);
  const ifExists = kind === 'role' ? false : parseIfExists(cursor);
  const name = kind === 'role' ? toName(cursor) : parseName(cursor);
  if (cursor.takeKeyword('RENAME')) return parseRename(cursor, kind, name, ifExists);
  if (cursor.takeKeyword('OWNER')) return parseOwner(cursor, kind, name, ifExists);
  return parseAlterOwn(cursor, kind, name, ifExists);
}

function toName(cursor: Cursor): Name {
  const ident = cursor.expectIdent();
  return { parts: [ident], offset0: ident.offset0 };
}

/** What only some kinds have beside RENAME and OWNER; the choice is listed with those two when nothing fits. */
function parseAlterOwn(cursor: Cursor, kind: ObjectKind, name: Name, ifExists: boolean): DialectStatement {
  const choose = (...words: readonly Keyword[]): void => {
    if (!words.some((word) => cursor.atKeyword(word))) cursor.expectOneOf(['RENAME', 'OWNER', ...words]);
  };
  if (kind === 'connection') {
    choose('ROTATE', 'SET', 'RESET', 'DROP');
    return parseAlterConnection(cursor, name, ifExists);
  }
  if (kind === 'secret') {
    if (!cursor.atKeyword('AS')) cursor.expectOneOf(['AS', 'RENAME', 'OWNER']);
    return parseAlterSecret(cursor, name, ifExists);
  }
  if (kind === 'source') {
    choose('ADD', 'DROP', 'SET', 'RESET', 'REFRESH');
    return parseAlterSource(cursor, name, ifExists);
  }
  const [role] = name.parts;
  if (kind === 'role' && role !== undefined) return parseAlterRole(cursor, role);
  throw cursor.expected('one of RENAME or OWNER', undefined, ['RENAME', 'OWNER']);
}

/** Privileges are followed by ON, roles by TO or FROM; both are words separated by commas. */
function parseGrant(cursor: Cursor, grant: boolean): DialectStatement {
  let ahead = 0;
  while (cursor.atIdent(ahead) && cursor.at('comma', ahead + 1)) ahead += 2;
  const after = ahead + 1;
  const hasOn = cursor.atKeyword('ON', after) || cursor.atKeyword('ALL');
  const hasGrantee = cursor.atKeyword(grant ? 'TO' : 'FROM', after);
  const isPrivilege = privilegeWords.some((word) => cursor.atKeyword(word));
  return hasOn || (isPrivilege && !hasGrantee) ? parseGrantPrivileges(cursor, grant) : parseGrantRole(cursor, grant);
}

function parseSet(cursor: Cursor): DialectStatement {
  if (cursor.takeKeywords('SESSION', 'CHARACTERISTICS', 'AS', 'TRANSACTION')) return parseSetTransaction(cursor, true);
  if (cursor.takeKeywords('SESSION', 'AUTHORIZATION')) return parseSetRole(cursor, 'session', 'session authorization');
  const named = cursor.at('equals', 1) || cursor.atKeyword('TO', 1);
  const scope = named ? undefined : cursor.takeOneOf(['SESSION', 'LOCAL']);
  if (scope === undefined && !named && cursor.takeKeyword('TRANSACTION')) return parseSetTransaction(cursor, false);
  const setScope = scope === 'LOCAL' ? 'local' : 'session';
  if (cursor.takeKeywords('SESSION', 'AUTHORIZATION')) return parseSetRole(cursor, setScope, 'session authorization');
  const namesRole = cursor.at('equals', 1) || cursor.atKeyword('TO', 1);
  if (!namesRole && cursor.takeKeyword('ROLE')) return parseSetRole(cursor, setScope, 'role');
  return parseSetVariable(cursor, setScope);
}

function parseShow(cursor: Cursor): DialectStatement {
  if (cursor.takeKeyword('REDACTED')) {
    if (cursor.takeKeyword('CREATE')) return parseShowCreate(cursor, true);
    throw cursor.error('SHOW REDACTED is only supported for SHOW REDACTED CREATE ...');
  }
  if (cursor.takeKeyword('CREATE')) return parseShowCreate(cursor, false);
  return takeShow(cursor) ?? parseShowVariable(cursor);
}
