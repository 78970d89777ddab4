import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const readme = join(import.meta.dirname, '../../README.md');
const heading = '## Ten minutes with a bastion';

/** What the README's examples are called, and what stands there instead. */
export type Replacements = Readonly<Record<string, string>>;

/** SQLSTATEs of the statements that fail in the tour, in order: keys that the bastion lacks, a tunnel that is still used. */
export const refusedInTour: readonly string[] = ['28000', '2BP01'];

/** The statements of the README's tour, one after the other, as one types them; `replacements` puts real names for the examples'. */
export function tourStatements(replacements: Replacements): readonly string[] {
  const [, tour = ''] = readFileSync(readme, 'utf8').split(`${heading}\n`);
  const [ours = ''] = tour.split('\n## ');
  const blocks = [...ours.matchAll(/```sql\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');
  const statements = blocks.flatMap((block) => block.split(/(?<=;)\n/)).map((text) => text.trim());
  return statements.filter((text) => text !== '').map((text) => replaced(text, replacements));
}

function replaced(text: string, replacements: Replacements): string {
  return Object.entries(replacements).reduce((result, [example, real]) => result.replaceAll(example, real), text);
}

/** The lines for authorized_keys that an error's hint holds. */
export const keyLinesOf = (hint: string): readonly string[] =>
  hint.split('\n').filter((line) => /^(restrict,|ssh-)/.test(line));
