// npx tsx test/real/query/corpus-relations.ts FILE: which relations the queries of FILE read, by the gate and by node-sql-parser.
import { readFileSync } from 'node:fs';
import { loadModule } from 'libpg-query';
import { agree, opinionsOn } from '../../unit/query/second-opinion.ts';

const [path] = process.argv.slice(2);
if (path === undefined) throw new Error('usage: corpus-relations.ts FILE');
await loadModule();
const texts = readFileSync(path, 'utf8')
  .trim()
  .split('\n')
  .map((line) => (JSON.parse(line) as { readonly sql: string }).sql);
let both = 0;
let agreed = 0;
for (const text of texts) {
  const opinions = opinionsOn(text);
  if (opinions.gate === null || opinions.other === null) continue;
  both += 1;
  if (agree(opinions)) agreed += 1;
  else process.stdout.write(`${JSON.stringify(opinions)}\n  ${text.replaceAll(/\s+/g, ' ').slice(0, 300)}\n`);
}
process.stdout.write(`${texts.length} queries, ${both} that both parse, ${agreed} agreed\n`);
