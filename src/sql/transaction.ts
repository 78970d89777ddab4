import { unreachable } from '../errors/index.ts';
import type { Ident } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { printIdent } from './quote.ts';

/** Source: PostgreSQL 16, BEGIN, COMMIT, ROLLBACK, SAVEPOINT, SET TRANSACTION. */
export interface Transaction {
  readonly kind: 'transaction';
  readonly action: TransactionAction;
}

export interface TransactionModes {
  /** In lower case: `read committed`. */
  readonly isolation: string | null;
  readonly access: 'read only' | 'read write' | null;
}

export type TransactionAction =
  | (TransactionModes & {
      readonly kind: 'begin' | 'set';
      /** START TRANSACTION rather than BEGIN: the command tag tells. */
      readonly start: boolean;
      /** SET SESSION CHARACTERISTICS AS TRANSACTION: of later transactions, not of this one. */
      readonly session: boolean;
    })
  | { readonly kind: 'commit' | 'rollback'; readonly chain: boolean }
  | { readonly kind: 'savepoint' | 'release' | 'rollback-to'; readonly name: Ident };

const of = (action: TransactionAction): Transaction => ({ kind: 'transaction', action });

const takeWork = (cursor: Cursor): void => {
  cursor.takeOneOf(['WORK', 'TRANSACTION']);
};

/** After BEGIN, or after START with `start`. */
export function parseBegin(cursor: Cursor, start: boolean): Transaction {
  if (start) cursor.expectKeyword('TRANSACTION');
  else takeWork(cursor);
  const modes = cursor.atEnd() ? noModes : parseModes(cursor);
  return of({ kind: 'begin', start, session: false, ...modes });
}

/** After SET TRANSACTION, or after SET SESSION CHARACTERISTICS AS TRANSACTION with `session`. */
export const parseSetTransaction = (cursor: Cursor, session: boolean): Transaction =>
  of({ kind: 'set', start: false, session, ...parseModes(cursor) });

const noModes: TransactionModes = { isolation: null, access: null };

/** At least one mode; commas between are optional. Of several of one sort the last counts. */
function parseModes(cursor: Cursor): TransactionModes {
  let modes = noModes;
  do {
    modes = { ...modes, ...parseMode(cursor) };
    if (cursor.take('comma') && cursor.atEnd()) throw cursor.expected('transaction mode');
  } while (!cursor.atEnd());
  return modes;
}

function parseMode(cursor: Cursor): Partial<TransactionModes> {
  if (cursor.takeKeyword('ISOLATION')) {
    cursor.expectKeyword('LEVEL');
    return { isolation: parseIsolation(cursor) };
  }
  if (cursor.takeKeyword('READ')) {
    return { access: cursor.expectOneOf(['ONLY', 'WRITE']) === 'ONLY' ? 'read only' : 'read write' };
  }
  if (cursor.takeKeywords('NOT', 'DEFERRABLE') || cursor.takeKeyword('DEFERRABLE')) return {};
  throw cursor.expected('transaction mode');
}

function parseIsolation(cursor: Cursor): string {
  const word = cursor.expectOneOf(['SERIALIZABLE', 'STRICT', 'REPEATABLE', 'READ']);
  switch (word) {
    case 'SERIALIZABLE':
      return 'serializable';
    case 'STRICT':
      cursor.expectKeyword('SERIALIZABLE');
      return 'strict serializable';
    case 'REPEATABLE':
      cursor.expectKeyword('READ');
      return 'repeatable read';
    case 'READ':
      return `read ${cursor.expectOneOf(['COMMITTED', 'UNCOMMITTED']).toLowerCase()}`;
    default:
      return unreachable(word);
  }
}

/** After COMMIT or END. */
export function parseCommit(cursor: Cursor): Transaction {
  takeWork(cursor);
  return of({ kind: 'commit', chain: parseChain(cursor) });
}

/** After ROLLBACK or ABORT. */
export function parseRollback(cursor: Cursor): Transaction {
  takeWork(cursor);
  if (!cursor.takeKeyword('TO')) return of({ kind: 'rollback', chain: parseChain(cursor) });
  return of({ kind: 'rollback-to', name: parseSavepointName(cursor) });
}

function parseChain(cursor: Cursor): boolean {
  if (!cursor.takeKeyword('AND')) return false;
  const chain = !cursor.takeKeyword('NO');
  cursor.expectKeyword('CHAIN');
  return chain;
}

/** After SAVEPOINT. */
export const parseSavepoint = (cursor: Cursor): Transaction => of({ kind: 'savepoint', name: cursor.expectIdent() });

/** After RELEASE. */
export const parseRelease = (cursor: Cursor): Transaction => of({ kind: 'release', name: parseSavepointName(cursor) });

function parseSavepointName(cursor: Cursor): Ident {
  if (cursor.atIdent(1)) cursor.takeKeyword('SAVEPOINT');
  return cursor.expectIdent();
}

export function printTransaction({ action }: Transaction): string {
  switch (action.kind) {
    case 'begin':
      return `${action.start ? 'START TRANSACTION' : 'BEGIN'}${printModes(action)}`;
    case 'set':
      return `SET ${action.session ? 'SESSION CHARACTERISTICS AS ' : ''}TRANSACTION${printModes(action) || ' NOT DEFERRABLE'}`;
    case 'commit':
    case 'rollback':
      return `${action.kind.toUpperCase()}${action.chain ? ' AND CHAIN' : ''}`;
    case 'savepoint':
      return `SAVEPOINT ${printIdent(action.name.value)}`;
    case 'release':
      return `RELEASE SAVEPOINT ${printIdent(action.name.value)}`;
    case 'rollback-to':
      return `ROLLBACK TO SAVEPOINT ${printIdent(action.name.value)}`;
    default:
      return unreachable(action);
  }
}

function printModes({ isolation, access }: TransactionModes): string {
  const modes = [
    isolation === null ? [] : `ISOLATION LEVEL ${isolation.toUpperCase()}`,
    access === null ? [] : access.toUpperCase(),
  ].flat();
  return modes.length === 0 ? '' : ` ${modes.join(', ')}`;
}
