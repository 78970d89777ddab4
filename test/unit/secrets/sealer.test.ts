import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { fc } from '../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { PgError } from '../../../src/errors/index.ts';
import { Secret, createSealer } from '../../../src/secrets/index.ts';

const sealer = createSealer(new Secret(randomBytes(32)));
const read = (secret: Secret<Buffer>): string => secret.use((bytes) => bytes.toString('base64'));

describe('a sealed value', () => {
  it('opens to what was sealed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.string(), (plain, context) => {
        expect(read(sealer.open(sealer.seal(plain, context), context))).toBe(Buffer.from(plain).toString('base64'));
      }),
    );
  });

  it('differs each time and shows nothing of what it holds', () => {
    const plain = Buffer.from('correct horse battery staple');
    const [first, second] = [sealer.seal(plain, 'u1/value'), sealer.seal(plain, 'u1/value')];
    expect(Buffer.compare(first, second)).not.toBe(0);
    expect(Buffer.from(first).includes(plain.subarray(0, 4))).toBe(false);
  });

  it('opens in its place only, under its key only, and unchanged only', () => {
    const sealed = sealer.seal(Buffer.from('value'), 'u1/value');
    const failures = [
      () => sealer.open(sealed, 'u2/value'),
      () => createSealer(new Secret(randomBytes(32))).open(sealed, 'u1/value'),
      () => sealer.open(Buffer.of(), 'u1/value'),
      ...Array.from({ length: sealed.length }, (_, at) => () => sealer.open(flipped(sealed, at), 'u1/value')),
      ...Array.from(
        { length: sealed.length },
        (_, length) => () => sealer.open(sealed.subarray(0, length), 'u1/value'),
      ),
    ];
    for (const attempt of failures) expect(attempt).toThrow(PgError);
    expect(() => sealer.open(sealed, 'u2/value')).toThrow('sealed value u2/value cannot be opened');
  });
});

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.map((byte, index) => (index === at ? byte ^ 1 : byte));
}

it('a secret is printed by nobody', () => {
  const secret = new Secret('hunter2');
  const shown = [secret.toString(), JSON.stringify({ secret }), inspect({ secret }, { depth: 9 }), String(secret)];
  for (const text of shown) expect(text).not.toContain('hunter2');
  expect(secret.use((value) => value)).toBe('hunter2');
});
