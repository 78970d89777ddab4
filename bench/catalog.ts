// node --import tsx bench/catalog.ts [seconds] [reads] [large] [abuse]: reads of the catalog beside a PostgreSQL with the same rows, a large
// catalog, and what others wait while somebody asks for too much. Without names all three.
import { measureAbuse } from './catalog/abuse.ts';
import { measureLarge } from './catalog/large.ts';
import { measureReads } from './catalog/reads.ts';
import { circumstances, writeSection } from './results.ts';

const words = process.argv.slice(2);
const seconds = Number(words.find((word) => /^\d+$/.test(word)) ?? '4');
const names = words.filter((word) => !/^\d+$/.test(word));

const parts = [
  { name: 'reads', heading: 'Reading the catalog (bench/catalog.ts)', measure: () => measureReads(seconds) },
  { name: 'large', heading: 'A large catalog (bench/catalog.ts)', measure: measureLarge },
  { name: 'abuse', heading: 'While somebody asks for too much (bench/catalog.ts)', measure: measureAbuse },
];

for (const { name, heading, measure } of parts) {
  if (names.length > 0 && !names.includes(name)) continue;
  const about = circumstances();
  const lines = await measure();
  writeSection(heading, [about, '', ...lines]);
  process.stdout.write(`${lines.join('\n')}\n`);
}
