import type { DialectStatement } from './statement.ts';

/** One statement cut out of a query string by the lexer. */
export interface SplitStatement {
  /** Without its semicolon, leading and trailing blanks and comments kept inside `text` only where they stand within it. */
  readonly text: string;
  readonly offset0: number;
  /** Where it goes: by its first keyword (and second, for SHOW, EXPLAIN, COPY, TABLE). `empty` holds nothing but blanks and comments. */
  readonly route: 'dialect' | 'read' | 'empty';
}

/** Signatures of the room's entry points (index.ts exports the functions). */
export interface SqlRoom {
  /**
   * Empty statements are left out; a string without any gives one of route `empty`.
   * @throws PgError 42601 for an unterminated literal or comment, 54000 for a string over 1 MiB, 54001 for brackets nested too deeply.
   */
  split(source: string): readonly SplitStatement[];
  /** Parses one dialect statement. Positions of errors count characters in `source`. @throws PgError 42601, 42622, 54000, 54001; 0A000 for statements of SQL that this server has none of. */
  parse(source: string, statement: SplitStatement): DialectStatement;
  /** Canonical text on one line without a semicolon; redacted: values of secrets, passwords and EXECUTE's arguments are '********', literals of secret options '<REDACTED>'. */
  print(statement: DialectStatement, mode: 'canonical' | 'redacted'): string;
}
