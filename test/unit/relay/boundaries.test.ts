import { fc } from '../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { Boundaries } from '../../../src/relay/boundaries.ts';

function message(type: string, bodyBytes: number): Buffer {
  const bytes = Buffer.alloc(5 + bodyBytes, 'Z');
  bytes.write(type, 'latin1');
  bytes.writeUInt32BE(4 + bodyBytes, 1);
  return bytes;
}

const messages = fc.array(fc.tuple(fc.constantFrom('D', 'Z', 'E', 'S', 'C', 'd'), fc.nat({ max: 40 })), {
  maxLength: 20,
});

describe('boundaries of messages', () => {
  it('are where they are, however the stream is cut', () => {
    fc.assert(
      fc.property(messages, fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }), (sent, cuts) => {
        const parts = sent.map(([type, bodyBytes]) => message(type, bodyBytes));
        const stream = Buffer.concat(parts);
        const ends = new Set([0]);
        for (const part of parts) ends.add(Math.max(...ends) + part.length);
        const boundaries = new Boundaries();
        let offset = 0;
        for (let turn = 0; offset < stream.length; turn += 1) {
          const chunk = stream.subarray(offset, offset + (cuts[turn % cuts.length] ?? 1));
          boundaries.follow(chunk);
          offset += chunk.length;
          expect(boundaries.between).toBe(ends.has(offset));
        }
        expect(boundaries.answers).toBe(sent.filter(([type]) => type === 'Z').length);
        expect(boundaries.failed).toBe(sent.at(-1)?.[0] === 'E');
      }),
    );
  });

  it('are nowhere behind a length that cannot be', () => {
    const boundaries = new Boundaries();
    boundaries.follow(Buffer.from([0x44, 0, 0, 0, 3]));
    boundaries.follow(message('Z', 1));
    expect(boundaries).toMatchObject({ between: false, answers: 0 });
  });

  it('are far away behind a message of 2 GB', () => {
    const boundaries = new Boundaries();
    boundaries.follow(Buffer.from([0x44, 0x7f, 0xff, 0xff, 0xff, 1, 2, 3]));
    expect(boundaries.between).toBe(false);
  });
});
