import { describe, expect, it } from 'vitest';
import { landing, recycle, takeOff } from '../../../src/tunnels/blocks.ts';

const land = (text: string, bytes: number): Buffer => {
  landing.fill(text, 0, bytes);
  return takeOff(landing.subarray(0, bytes));
};

describe('what lands', () => {
  it.each([1, 4_095, 4_096, 16_384, 16_385, 65_536])('stays as it was when more lands: %i bytes', (bytes) => {
    const first = land('a', bytes);
    const second = land('b', bytes);
    expect([first.length, second.length]).toEqual([bytes, bytes]);
    expect(first.every((byte) => byte === 0x61)).toBe(true);
    expect(second.every((byte) => byte === 0x62)).toBe(true);
  });

  it('takes memory that was given back, once', () => {
    const first = land('a', 10_000);
    recycle(first);
    const second = land('b', 9_000);
    expect(second.buffer).toBe(first.buffer);
    expect(land('c', 9_000).buffer).not.toBe(first.buffer);
  });

  it('takes no memory of other sizes, nor parts of any', () => {
    const foreign = Buffer.alloc(10_000);
    recycle(foreign);
    recycle(Buffer.from('small'));
    const part = land('b', 10_000).subarray(1);
    recycle(part);
    const next = land('a', 10_000).buffer;
    expect(next).not.toBe(foreign.buffer);
    expect(next).not.toBe(part.buffer);
  });
});
