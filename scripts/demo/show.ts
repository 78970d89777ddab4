import type pg from 'pg';

type Said = { readonly [Part in 'severity' | 'message' | 'detail' | 'hint']?: string | undefined };

/** An answer as psql prints it: a table, or the tag. */
export function answerText({ fields, rows }: pg.QueryArrayResult, tag: string): string {
  if (fields.length === 0) return tag;
  const names = fields.map((field) => field.name);
  const lines = rows.map((row) => row.map((value) => (value === null ? '' : String(value))));
  const widths = names.map((name, index) => Math.max(name.length, ...lines.map((line) => line[index]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells.map((cell, index) => ` ${cell.padEnd(widths[index] ?? 0)} `).join('|');
  const rule = widths.map((width) => '-'.repeat(width + 2)).join('+');
  const count = lines.length === 1 ? '(1 row)' : `(${lines.length} rows)`;
  return [line(names), rule, ...lines.map(line), count].map((text) => text.trimEnd()).join('\n');
}

/** An error or a notice as psql prints it. */
export function noticeText({ severity, message, detail, hint }: Said): string {
  return [
    `${severity ?? 'ERROR'}:  ${message ?? ''}`,
    ...(detail === undefined ? [] : [`DETAIL:  ${detail}`]),
    ...(hint === undefined ? [] : [`HINT:  ${hint}`]),
  ].join('\n');
}
