import { nameTooLong } from '../errors/index.ts';
import type { Ident, Name } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { identifierBytesMax } from './limits.ts';

/** An identifier out of a string or of several words. @throws PgError 42601 when it is empty, 42622 when it is too long. */
export function toIdent(cursor: Cursor, value: string, offset0: number): Ident {
  if (value === '') throw cursor.error('zero-length identifier', undefined, offset0);
  const sizeBytes = Buffer.byteLength(value);
  if (sizeBytes > identifierBytesMax) {
    throw nameTooLong(sizeBytes, identifierBytesMax, { position1: cursor.position1(offset0) });
  }
  return { value, offset0 };
}

/** A name being defined or acted on: `a.b.c`. How many parts it may have is judged by the planner. */
export function parseName(cursor: Cursor): Name {
  const { offset0 } = cursor;
  const parts: Ident[] = [cursor.expectIdent()];
  while (cursor.take('dot')) parts.push(cursor.expectIdent());
  return { parts, offset0 };
}

/** A reference: a name, or `[u1 AS a.b.c]`. */
export function parseRawName(cursor: Cursor): Name {
  const { offset0 } = cursor;
  if (!cursor.take('left-bracket')) return parseName(cursor);
  const id = cursor.expectIdent().value;
  cursor.expectKeyword('AS');
  const { parts, offset0: name0 } = parseName(cursor);
  if (parts.length < 3) throw cursor.error('table name in square brackets must be fully qualified', undefined, name0);
  cursor.expect('right-bracket');
  return { parts, offset0, id };
}

export const parseNames = (cursor: Cursor): readonly Name[] => cursor.list(() => parseName(cursor));

/** Roles, columns and other things of one part. */
export const parseIdents = (cursor: Cursor): readonly Ident[] => cursor.list(() => cursor.expectIdent());

/** @throws PgError 42601 `Expected NOT, found EXISTS` for the mistake people make. */
export function parseIfNotExists(cursor: Cursor): boolean {
  if (!cursor.atKeyword('IF')) return false;
  cursor.next();
  cursor.expectKeywords('NOT', 'EXISTS');
  return true;
}

export function parseIfExists(cursor: Cursor): boolean {
  if (!cursor.atKeyword('IF')) return false;
  cursor.next();
  cursor.expectKeyword('EXISTS');
  return true;
}

export const printIf = (written: boolean, clause: 'IF EXISTS' | 'IF NOT EXISTS'): string =>
  written ? `${clause} ` : '';
