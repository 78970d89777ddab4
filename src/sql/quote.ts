import type { Ident, Name } from './ast.ts';
import { isReserved } from './keywords.ts';

/** An identifier as the dialect prints it: bare if it reads back as itself, otherwise between double quotes. */
export const printIdent = (value: string): string =>
  /^[a-z_][a-z0-9_$]*$/.test(value) && !isReserved(value) ? value : `"${value.replaceAll('"', '""')}"`;

/** A string literal. Backslashes need no escape: literals are standard-conforming. */
export const printLiteral = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/** `a.b.c`, or `[u1 AS a.b.c]` when the name carries an id. Takes the parts' values too. */
export function printName(name: Name | readonly string[]): string {
  if (!isName(name)) return name.map((part) => printIdent(part)).join('.');
  const dotted = name.parts.map((part) => printIdent(part.value)).join('.');
  return name.id === undefined ? dotted : `[${printIdent(name.id)} AS ${dotted}]`;
}

const isName = (name: Name | readonly string[]): name is Name => !Array.isArray(name);

export const printNames = (names: readonly Name[]): string => names.map((name) => printName(name)).join(', ');

export const printIdents = (idents: readonly Ident[]): string =>
  idents.map((ident) => printIdent(ident.value)).join(', ');
