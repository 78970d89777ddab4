import { expect, test } from 'vitest';
import { Answers } from '../../../src/query/answers.ts';
import type { ReadContext, ReadParameters } from '../../../src/query/index.ts';
import type { Admission } from '../../../src/query/gate/verdict.ts';

const context = {
  role: 'alice',
  sessionUser: 'alice',
  database: 'materialize',
  searchPath: ['public'],
  settings: new Map([['TimeZone', 'UTC']]),
  overlay: [],
} as unknown as ReadContext;

const reading = (...relations: string[]): Admission => ({
  admitted: true,
  kind: 'select',
  text: '',
  edits: [],
  databases: [],
  functions: [],
  relations,
  steady: true,
});

const bound = (more: Partial<ReadParameters> = {}): ReadParameters => ({
  types: [],
  values: [],
  parameterFormats: [],
  resultFormats: [],
  ...more,
});

function answers(): Answers {
  const made = new Answers();
  made.setSteadyRelations(new Set(['mz_connections']));
  return made;
}

test('an answer is found again by the same text, as long as who reads, where and how stays', () => {
  const kept = answers();
  const admission = reading('mz_connections');
  const key = kept.keyOf(admission, bound(), context);
  expect(key).not.toBeNull();
  expect(kept.keyOf(admission, bound(), { ...context })).toBe(key);
  const others: ReadContext[] = [
    { ...context, role: 'bob' },
    { ...context, sessionUser: 'bob' },
    { ...context, database: 'other' },
    { ...context, searchPath: ['public', 'other'] },
    { ...context, settings: new Map([['TimeZone', 'Europe/Berlin']]) },
  ];
  const keys = new Set([key, ...others.map((other) => kept.keyOf(admission, bound(), other))]);
  expect(keys.size).toBe(1 + others.length);
  expect(kept.keyOf(reading('mz_connections'), bound(), context)).not.toBe(key);
});

test('a statement over anything that moves is not kept, nor one of a transaction with changes of its own', () => {
  const kept = answers();
  expect(kept.keyOf(reading('mz_sessions'), bound(), context)).toBeNull();
  expect(kept.keyOf({ ...reading('mz_connections'), steady: false }, bound(), context)).toBeNull();
  const changed = { ...context, overlay: [{}] } as unknown as ReadContext;
  expect(kept.keyOf(reading('mz_connections'), bound(), changed)).toBeNull();
  expect(kept.keyOf(reading('mz_connections'), bound({ types: [1184], values: [null] }), context)).toBeNull();
});

test('which relations are steady may turn out later', () => {
  const kept = new Answers();
  const admission = reading('mz_connections');
  expect(kept.keyOf(admission, bound(), context)).toBeNull();
  kept.setSteadyRelations(new Set(['mz_connections']));
  expect(kept.keyOf(admission, bound(), context)).not.toBeNull();
});

test('formats that are all text are one, binary is another', () => {
  const kept = answers();
  const admission = reading('mz_connections');
  const key = kept.keyOf(admission, bound(), context);
  expect(kept.keyOf(admission, bound({ resultFormats: ['text'] }), context)).toBe(key);
  expect(kept.keyOf(admission, bound({ resultFormats: ['binary'] }), context)).not.toBe(key);
});

test('no value can be taken for two', () => {
  const kept = answers();
  const admission = reading('mz_connections');
  const keyOf = (...values: (string | null)[]): string | null =>
    kept.keyOf(
      admission,
      bound({
        types: [17, 17],
        parameterFormats: ['binary'],
        values: values.map((value) => (value === null ? null : Buffer.from(value))),
      }),
      context,
    );
  const keys = [
    keyOf('a\u00001:b', 'c'),
    keyOf('a', 'b\u00001:c'),
    keyOf('a', null),
    keyOf(null, 'a'),
    keyOf('a', ''),
    keyOf('a', 'n'),
  ];
  expect(new Set(keys).size).toBe(keys.length);
});

test('an answer is kept at once, one to parameters when they come again, and neither over a change of the catalog', () => {
  const kept = answers();
  const admission = reading('mz_connections');
  const answered = (key: string): boolean => {
    const recorder = kept.recorder(key);
    recorder?.message('T', Uint8Array.of(1, 2));
    recorder?.message('D', Uint8Array.of(3));
    recorder?.end('SELECT 1');
    return kept.get(key) !== undefined;
  };
  const plain = kept.keyOf(admission, bound(), context) ?? '';
  const asking = (value: string): string =>
    kept.keyOf(admission, bound({ types: [25], values: [Buffer.from(value)] }), context) ?? '';
  expect(answered(plain)).toBe(true);
  expect(kept.get(plain)).toEqual({ whole: Uint8Array.of(1, 2, 3), rowsAt: 2, tag: 'SELECT 1' });
  expect([answered(asking('a')), answered(asking('b')), answered(asking('a'))]).toEqual([false, false, true]);
  const recorder = kept.recorder(plain);
  kept.forgetAll();
  recorder?.end('SELECT 0');
  expect(kept.get(plain)).toBeUndefined();
});
