import { fc } from '../../support/properties.ts';
import { expect, test } from 'vitest';
import { FrameReader } from '../../../src/wire/codec/index.ts';
import { typed } from '../../support/wire-client.ts';

const limitOf = (): { bytes: number; skippable: boolean } => ({ bytes: 1000, skippable: true });

function framesOf(
  stream: Buffer,
  cuts: readonly number[],
): { type: number; body: string; refused: string | undefined }[] {
  const reader = new FrameReader();
  const frames = [];
  const ends = [...new Set([...cuts.map((cut) => cut % (stream.length + 1)), stream.length])].toSorted((a, b) => a - b);
  let start = 0;
  for (const end of ends) {
    reader.push(Buffer.from(stream.subarray(start, end)));
    start = end;
    for (let frame = reader.next(limitOf); frame !== null; frame = reader.next(limitOf)) {
      frames.push({ type: frame.type, body: frame.body.toString('latin1'), refused: frame.refused?.code });
    }
  }
  expect(reader.bufferedBytes).toBe(0);
  return frames;
}

test('the messages do not depend on where the stream is cut', () => {
  const message = fc.tuple(fc.constantFrom('Q', 'P', 'S'), fc.uint8Array({ maxLength: 1500 }));
  fc.assert(
    fc.property(fc.array(message, { maxLength: 8 }), fc.array(fc.nat(), { maxLength: 20 }), (messages, cuts) => {
      const stream = Buffer.concat(messages.map(([type, body]) => typed(type, body)));
      const expected = messages.map(([type, body]) => {
        const tooLong = body.length + 4 > 1000;
        return {
          type: type.charCodeAt(0),
          body: tooLong ? '' : Buffer.from(body).toString('latin1'),
          refused: tooLong ? '54000' : undefined,
        };
      });
      expect(framesOf(stream, cuts)).toEqual(expected);
    }),
  );
});

test.each([0, 3, -1, 0x4000_0000])('a length of %i ends the stream', (length) => {
  const reader = new FrameReader();
  const header = Buffer.alloc(5);
  header.write('Q');
  header.writeInt32BE(length, 1);
  reader.push(header);
  expect(() => reader.next(limitOf)).toThrow(expect.objectContaining({ code: '08P01', severity: 'FATAL' }));
});

test('a message that is announced costs nothing until it comes', () => {
  const before = process.memoryUsage().arrayBuffers;
  const readers = Array.from({ length: 200 }, () => {
    const reader = new FrameReader();
    const header = Buffer.alloc(5);
    header.write('Q');
    header.writeInt32BE(16 * 1024 * 1024, 1);
    reader.push(header);
    expect(reader.next(() => ({ bytes: 16 * 1024 * 1024, skippable: true }))).toBeNull();
    return reader;
  });
  expect(readers).toHaveLength(200);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1024 * 1024);
});
