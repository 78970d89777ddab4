import { parseSync } from 'libpg-query';
import sqlParser from 'node-sql-parser/build/postgresql.js';
import { judge } from '../../../src/query/gate/judge.ts';

/** What two parsers say of the relations that a SELECT reads; null where one of them cannot say. */
export interface Opinions {
  readonly gate: readonly string[] | null;
  readonly other: readonly string[] | null;
}

const other = new sqlParser.Parser();

/** `loadModule` of libpg-query must have been awaited. */
export const opinionsOn = (text: string): Opinions => ({ gate: ofGate(text), other: ofOther(text) });

function ofGate(text: string): readonly string[] | null {
  try {
    const verdict = judge(text, parseSync(text));
    return verdict.admitted ? verdict.relations.map((name) => name.toLowerCase()).toSorted() : null;
  } catch {
    return null;
  }
}

/** Names of WITH are listed as relations there, and databases as part of the schema. */
function ofOther(text: string): readonly string[] | null {
  try {
    const { tableList, ast } = other.parse(text, { database: 'postgresql' });
    const withNames = new Set(namesOfWith(ast));
    const names = tableList.map((entry) => {
      const [, schema = 'null', name = ''] = entry.split('::');
      const bare = schema.split('.').at(-1);
      return bare === 'null' || bare === undefined ? name.toLowerCase() : `${bare}.${name}`.toLowerCase();
    });
    return [...new Set(names)].filter((name) => !withNames.has(name)).toSorted();
  } catch {
    return null;
  }
}

function* namesOfWith(tree: unknown): Generator<string> {
  if (typeof tree !== 'object' || tree === null) return;
  for (const [key, value] of Object.entries(tree)) {
    if (key === 'with' && Array.isArray(value)) {
      for (const { name } of value as readonly { readonly name: { readonly value: string } }[])
        yield name.value.toLowerCase();
    }
    yield* namesOfWith(value);
  }
}

/** Whether the two agree, or one has no opinion. */
export const agree = ({ gate, other: second }: Opinions): boolean =>
  gate === null || second === null || JSON.stringify(gate) === JSON.stringify(second);
