import type { Client } from 'pg';
import { expect, it } from 'vitest';
import { sqlPages } from '../../../scripts/lib/sql-pages.ts';
import { startSallyport } from '../../support/sallyport.ts';

const timeoutMs = 600_000;

interface Example {
  readonly statement: string;
  /** SQLSTATE that the page promises: `-- fails: 42704`; `00000` where it succeeds. */
  readonly code: string;
}

it('every example of docs/sql does what its page says', { timeout: timeoutMs }, async () => {
  await using server = await startSallyport();
  const wrong: string[] = [];
  const admin = await server.client();
  for (const [index, [file, page]] of [...sqlPages()].entries()) {
    const database = `docs_page_${index}`;
    await admin.query(`CREATE DATABASE ${database}`);
    const client = await server.client({ database });
    const examples = examplesOf(page);
    if (examples.length === 0) wrong.push(`${file} has no example`);
    for (const { statement, code } of examples) {
      const answer = await codeOf(client, statement);
      if (answer !== code) wrong.push(`${file}: ${statement}: ${answer}, not ${code}`);
    }
    await client.end();
  }
  expect(wrong).toEqual([]);
});

/** Statements of the `sql` blocks; each ends at a line's end with a semicolon. */
function examplesOf(page: string): readonly Example[] {
  const blocks = [...page.matchAll(/```sql\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');
  return blocks.flatMap((block) =>
    [...block.matchAll(/([\s\S]*?;)(?: -- fails: (\w{5}))?\n/g)].map((match) => ({
      statement: (match[1] ?? '').trim(),
      code: match[2] ?? '00000',
    })),
  );
}

async function codeOf(client: Client, statement: string): Promise<string> {
  try {
    await client.query(statement);
    return '00000';
  } catch (error) {
    if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
    throw error;
  }
}
