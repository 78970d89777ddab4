import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import type { Snapshot } from '../../src/catalog/index.ts';
import { contents } from './catalog-rows.ts';

/** Both hold the same rows. For thousands of them and many times: the slow comparison, which shows what differs, only when they do not. */
export function expectSameContents(found: Snapshot, expected: Snapshot): void {
  const [held, wanted] = [contents(found), contents(expected)];
  if (isDeepStrictEqual(held, wanted)) return;
  expect(held).toEqual(wanted);
}
