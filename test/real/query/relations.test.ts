import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Reading } from '../../unit/query/reading.ts';

const root = join(import.meta.dirname, '../../..');
const files = join(root, 'catalog/relations');

interface Relation {
  readonly schema: string;
  readonly name: string;
  readonly comment: string;
  readonly columns: readonly { readonly name: string; readonly type: string; readonly comment: string }[];
}

let reading: Reading;
let relations: readonly Relation[];
beforeAll(async () => {
  reading = new Reading();
  const rows = await reading.rows(`
    SELECT n.nspname, c.relname, coalesce(obj_description(c.oid, 'pg_class'), ''), a.attname,
      format_type(a.atttypid, a.atttypmod), coalesce(col_description(c.oid, a.attnum), '')
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE n.nspname IN ('mz_catalog', 'mz_internal') AND c.relkind IN ('r', 'v') AND a.attnum > 0
    ORDER BY n.nspname, c.relname, a.attnum`);
  relations = group(rows.map((row) => row.map((value) => value ?? '')));
});
afterAll(async () => reading[Symbol.asyncDispose]());

function group(rows: readonly (readonly string[])[]): readonly Relation[] {
  const found = new Map<string, Relation & { readonly columns: { name: string; type: string; comment: string }[] }>();
  for (const [schema = '', name = '', comment = '', column = '', type = '', columnComment = ''] of rows) {
    const key = `${schema}.${name}`;
    const relation = found.get(key) ?? { schema, name, comment, columns: [] };
    relation.columns.push({ name: column, type, comment: columnComment });
    found.set(key, relation);
  }
  return [...found.values()];
}

describe('the relations that users query', () => {
  it('are those of catalog/relations, each with comments on all its columns', () => {
    const written = ['mz_catalog', 'mz_internal'].flatMap((schema) =>
      readdirSync(join(files, schema)).map((file) => `${schema}.${file.replace(/\.sql$/, '')}`),
    );
    expect(relations.map(({ schema, name }) => `${schema}.${name}`).toSorted()).toEqual(written.toSorted());
    const silent = relations.filter(
      ({ comment, columns }) => comment === '' || columns.some((column) => column.comment === ''),
    );
    expect(silent.map(({ name }) => name)).toEqual([]);
  });

  it('each say in their file what fills them', () => {
    const mute = relations.filter(({ schema, name }) => {
      const [first = ''] = readFileSync(join(files, schema, `${name}.sql`), 'utf8').split('\n');
      return !/^-- (?:Filled by|Empty:|Live:|Behind|One row) ?/.test(first);
    });
    expect(mute.map(({ name }) => name)).toEqual([]);
  });

  it('have the shape that was agreed', async () => {
    const lines = relations.flatMap(({ schema, name, comment, columns }) => [
      `${schema}.${name}: ${comment}`,
      ...columns.map((column) => `  ${column.name} ${column.type}: ${column.comment}`),
    ]);
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('relations.golden.txt');
  });

  it.each(['mz_catalog', 'mz_internal'])('%s is described in docs/catalog as it is', async (schema) => {
    const own = relations.filter((relation) => relation.schema === schema);
    await expect(page(schema, own)).toMatchFileSnapshot(join(root, `docs/catalog/${schema}.md`));
  });
});

const introductions: Readonly<Record<string, string>> = {
  mz_catalog:
    'What this server holds, in the shape that clients of the dialect know. `mz_catalog` is on every search path.',
  mz_internal: 'What this server alone has, and what SHOW is made of. Name the schema to read from it.',
};

/** Made from the comments in catalog/relations by `npx vitest run test/real/query/relations.test.ts -u`. */
function page(schema: string, own: readonly Relation[]): string {
  const sections = own.map(({ name, comment, columns }) => {
    const about =
      readFileSync(join(files, schema, `${name}.sql`), 'utf8')
        .split('\n')[0]
        ?.replace(/^-- /, '') ?? '';
    const rows = columns.map((column) => `| \`${column.name}\` | \`${column.type}\` | ${column.comment} |`);
    return [`## ${name}`, '', `${comment} ${about}`, '', '| column | type | meaning |', '|---|---|---|', ...rows].join(
      '\n',
    );
  });
  return `# ${schema}\n\n${introductions[schema] ?? ''}\n\n${sections.join('\n\n')}\n`;
}
