import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { pageDirectory, sqlPages } from '../../../scripts/lib/sql-pages.ts';

it('the pages of docs/sql are what scripts/docs.ts writes', () => {
  const committed = readdirSync(pageDirectory).filter((name) => name.endsWith('.md'));
  const pages = new Map(
    committed.toSorted().map((name) => [name, readFileSync(join(pageDirectory, name), 'utf8')] as const),
  );
  expect(pages).toEqual(sqlPages());
});
