import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dialectWords } from '../../../src/connections/index.ts';
import { createSql } from '../../../src/sql/index.ts';
import { parseDriveFile } from '../../support/drive.ts';

const root = join(import.meta.dirname, '../../..');
/** Rules that several statements share. */
const shared = ['common', 'connection-options', 'source-clauses'];
const statements = readdirSync(join(root, 'grammar/statements'))
  .map((name) => name.replace('.ebnf', ''))
  .filter((name) => !shared.includes(name));

/** Where a reader looks for a statement. */
const places = [
  (name: string) => `src/sql/${name}.ts`,
  (name: string) => `src/plan/${name}.ts`,
  (name: string) => `src/exec/${name}.ts`,
  (name: string) => `docs/sql/${name}.md`,
  (name: string) => `docs/sql/text/${name}.md`,
  (name: string) => `grammar/corpus/${name}.txt`,
  (name: string) => `grammar/corpus/plan/${name}.txt`,
];

const sql = createSql(dialectWords());

/** The kinds of the dialect's statements that a drive file runs. */
function kindsIn(drive: string): readonly string[] {
  const texts = parseDriveFile(drive).flatMap((step) => ('sql' in step ? [step.sql] : []));
  return texts.flatMap((text) => {
    try {
      return sql.split(text).flatMap((part) => (part.route === 'dialect' ? [sql.parse(text, part).kind] : []));
    } catch {
      return [];
    }
  });
}

describe.each(statements)('%s', (name) => {
  it('stands under one name everywhere', () => {
    const missing = places.map((place) => place(name)).filter((path) => !existsSync(join(root, path)));
    expect(missing).toEqual([]);
  });

  it('has a drive file that shows its effect', () => {
    expect(kindsIn(readFileSync(join(root, `test/drive/${name}.td`), 'utf8'))).toContain(name);
  });
});

it('has no page and no plans of a statement that is not in the grammar', () => {
  const pages = readdirSync(join(root, 'docs/sql/text')).map((name) => name.replace('.md', ''));
  const plans = readdirSync(join(root, 'grammar/corpus/plan')).flatMap((name) =>
    name.endsWith('.txt') ? [name.split('.')[0] ?? ''] : [],
  );
  expect([...pages, ...plans].filter((name) => !statements.includes(name))).toEqual([]);
});
