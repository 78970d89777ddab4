import { describe, expect, it } from 'vitest';
import { claim, sharedBytes, takeBack } from '../../../src/query/mirror/worker-protocol.ts';

const shared = (): Int32Array => new Int32Array(new SharedArrayBuffer(sharedBytes));

describe('requests that an engine was given', () => {
  it('are its own in their order', () => {
    const cells = shared();
    expect([1, 2, 3].map((id) => claim(cells, id))).toEqual([true, true, true]);
  });

  it('can be taken back until they are begun, and no later', () => {
    const cells = shared();
    claim(cells, 1);
    expect(takeBack(cells, 3)).toBe(1);
    expect([2, 3].map((id) => claim(cells, id))).toEqual([false, false]);
    expect(claim(cells, 4)).toBe(true);
  });

  it('leave nothing to take back when all are begun', () => {
    const cells = shared();
    claim(cells, 1);
    expect(takeBack(cells, 1)).toBe(1);
    expect(claim(cells, 2)).toBe(true);
  });
});
