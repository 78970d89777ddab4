import { fc } from '../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { LruCache } from '../../../src/query/lru-cache.ts';
import {
  MessageCutter,
  eachMessage,
  readFields,
  readParameterTypes,
  readTag,
} from '../../../src/query/mirror/backend-messages.ts';
import { bind, concatenate, parse, simpleQuery, sync } from '../../../src/query/mirror/frontend-messages.ts';

function backend(type: string, body: readonly number[]): Uint8Array {
  const length = body.length + 4;
  return Uint8Array.from([type.charCodeAt(0), 0, length >> 16, (length >> 8) & 255, length & 255, ...body]);
}

const text = (value: string): number[] => [...new TextEncoder().encode(value), 0];

describe('MessageCutter', () => {
  it('gives the same messages however the stream is cut', () => {
    const bodies = fc.array(fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 50 }), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(bodies, fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }), (contents, cuts) => {
        const stream = concatenate(contents.map((body, index) => backend(index % 3 === 2 ? 'N' : 'D', body)));
        const cutter = new MessageCutter();
        const found: Uint8Array[] = [];
        for (let offset = 0, cut = 0; offset < stream.length; cut += 1) {
          const end = offset + (cuts[cut % cuts.length] ?? 1);
          found.push(...cutter.push(stream.slice(offset, end)));
          offset = end;
        }
        const messages = found.flatMap((piece) => [...eachMessage(piece)]);
        expect(messages.map((message) => [...message.subarray(5)])).toEqual(contents);
      }),
    );
  });
});

describe('reading', () => {
  it('fields of an error', () => {
    const error = backend('E', [...text('SERROR'), ...text('C42601'), ...text('Mno'), 0]);
    expect(Object.fromEntries(readFields(error))).toEqual({ S: 'ERROR', C: '42601', M: 'no' });
  });

  it('tags and types', () => {
    expect(readTag(backend('C', text('SELECT 3')))).toBe('SELECT 3');
    expect(readParameterTypes(backend('t', [0, 2, 0, 0, 0, 25, 0, 0, 0, 23]))).toEqual([25, 23]);
  });
});

describe('writing', () => {
  it('frames messages as the protocol has them', () => {
    expect([...simpleQuery('é')]).toEqual([81, 0, 0, 0, 7, 0xc3, 0xa9, 0]);
    expect([...sync()]).toEqual([83, 0, 0, 0, 4]);
    expect([...parse('s', 'q', [25])]).toEqual([80, 0, 0, 0, 14, 115, 0, 113, 0, 0, 1, 0, 0, 0, 25]);
    expect([...bind('s', [null, Uint8Array.of(7)], ['text', 'binary'], ['binary'])]).toEqual([
      66, 0, 0, 0, 28, 0, 115, 0, 0, 2, 0, 0, 0, 1, 0, 2, 255, 255, 255, 255, 0, 0, 0, 1, 7, 0, 1, 0, 1,
    ]);
  });
});

describe('LruCache', () => {
  it('forgets what was used longest ago, and says so', () => {
    const evicted: string[] = [];
    const cache = new LruCache<string, number>(3, (key) => evicted.push(key));
    cache.set('a', 1);
    cache.set('b', 2);
    cache.set('c', 3);
    cache.get('a');
    cache.set('d', 4);
    expect(evicted).toEqual(['b']);
    expect([cache.get('a'), cache.get('b'), cache.get('d')]).toEqual([1, undefined, 4]);
  });

  it('does not keep what is heavier than all it may hold', () => {
    const cache = new LruCache<string, number>(3);
    cache.set('a', 1, 4);
    expect(cache.get('a')).toBeUndefined();
  });
});
