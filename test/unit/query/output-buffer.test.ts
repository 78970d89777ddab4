import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OutputBuffer } from '../../../src/query/mirror/output-buffer.ts';

const pieceBytes = 16;
const outputs = fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 20 });

describe('OutputBuffer', () => {
  it('gives full pieces and the rest, which are what was put out', () => {
    fc.assert(
      fc.property(outputs, (parts) => {
        const pieces: Uint8Array[] = [];
        const buffer = new OutputBuffer(pieceBytes, (piece) => pieces.push(piece));
        for (const part of parts) buffer.add(part);
        const rest = buffer.rest();
        expect(pieces.every((piece) => piece.length === pieceBytes)).toBe(true);
        expect([...pieces, rest].flatMap((piece) => [...piece])).toEqual(parts.flatMap((part) => [...part]));
        expect(buffer.rest()).toHaveLength(0);
      }),
    );
  });

  it('does not touch what it has given away', () => {
    const pieces: Uint8Array[] = [];
    const buffer = new OutputBuffer(pieceBytes, (piece) => pieces.push(piece));
    buffer.add(new Uint8Array(pieceBytes + 1).fill(1));
    const rest = buffer.rest();
    buffer.add(new Uint8Array(pieceBytes).fill(2));
    expect(pieces[0]).toEqual(new Uint8Array(pieceBytes).fill(1));
    expect(rest).toEqual(Uint8Array.of(1));
  });
});
