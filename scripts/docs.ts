// npx tsx scripts/docs.ts: writes docs/sql/*.md from docs/sql/text, the grammar and the tables of the connection kinds.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pageDirectory, sqlPages } from './lib/sql-pages.ts';

for (const [file, text] of sqlPages()) writeFileSync(join(pageDirectory, file), text);
