import { expect, test } from 'vitest';
import { LruCache } from '../../../src/query/lru-cache.ts';

function cache(weightMax: number): { readonly kept: LruCache<string, number>; readonly evicted: string[] } {
  const evicted: string[] = [];
  return { kept: new LruCache<string, number>(weightMax, (key) => evicted.push(key)), evicted };
}

test('what was used gets a second chance, and no third', () => {
  const { kept, evicted } = cache(3);
  for (const key of ['a', 'b', 'c']) kept.set(key, 1);
  expect(kept.get('a')).toBe(1);
  kept.set('d', 1);
  expect(evicted).toEqual(['b']);
  for (const key of ['e', 'f', 'g']) kept.set(key, 1);
  expect(evicted).toEqual(['b', 'c', 'a', 'd']);
});

test('the sum of weights stays under the limit, and what is heavier than all of it is not kept', () => {
  const { kept, evicted } = cache(10);
  kept.set('a', 1, 4);
  kept.set('b', 2, 4);
  kept.set('a', 3, 6);
  expect([kept.get('a'), kept.get('b'), evicted]).toEqual([3, 2, []]);
  kept.set('c', 4, 10);
  expect([kept.get('a'), kept.get('b'), kept.get('c')]).toEqual([undefined, undefined, 4]);
  kept.set('d', 5, 11);
  expect(kept.get('d')).toBeUndefined();
});

test('many comings and goings, clearings among them, leave the last ones', () => {
  const { kept } = cache(100);
  for (let round = 0; round < 3; round += 1) {
    for (let number = 0; number < 10_000; number += 1) kept.set(`${number}`, number);
    const left = Array.from({ length: 10_000 }, (_, number) => kept.get(`${number}`)).filter(
      (one) => one !== undefined,
    );
    expect(left).toEqual(Array.from({ length: 100 }, (_, index) => 9_900 + index));
    kept.clear();
    expect(kept.get('9999')).toBeUndefined();
  }
});
