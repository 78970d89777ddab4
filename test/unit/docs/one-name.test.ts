import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

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

/** Plans that carry nothing of their own to do: a list is a read, RESET sets a variable. */
const elsewhere = ['src/exec/show.ts', 'src/exec/reset-variable.ts'];

describe.each(statements)('%s', (name) => {
  it('stands under one name everywhere', () => {
    const missing = places.map((place) => place(name)).filter((path) => !existsSync(join(root, path)));
    expect(missing.filter((path) => !elsewhere.includes(path))).toEqual([]);
  });

  it('has a drive file that shows its effect', () => {
    const drive = readFileSync(join(root, `test/drive/${name}.td`), 'utf8');
    expect(drive).toMatch(/^[>!] /m);
  });
});

it('says rightly what stands elsewhere', () => {
  expect(elsewhere.filter((path) => existsSync(join(root, path)))).toEqual([]);
});

it('has no page and no plans of a statement that is not in the grammar', () => {
  const pages = readdirSync(join(root, 'docs/sql/text')).map((name) => name.replace('.md', ''));
  const plans = readdirSync(join(root, 'grammar/corpus/plan')).flatMap((name) =>
    name.endsWith('.txt') ? [name.split('.')[0] ?? ''] : [],
  );
  expect([...pages, ...plans].filter((name) => !statements.includes(name))).toEqual([]);
});
