import { fc } from '../../support/properties.ts';
import { expect, test } from 'vitest';
import { PgError } from '../../../src/errors/index.ts';
import { arrayTypeOf, decodeValue, MessageWriter, typeOids, writeField } from '../../../src/wire/codec/index.ts';
import type { Format, Oid, Value } from '../../../src/wire/index.ts';

function encoded(value: Value, type: Oid, format: Format): Buffer | null {
  const out = new MessageWriter();
  out.begin('D');
  writeField(out, value, type, format);
  out.end();
  const bytes = out.take().subarray(5);
  return bytes.readInt32BE(0) < 0 ? null : bytes.subarray(4, 4 + bytes.readInt32BE(0));
}

const asText = (value: Value, type: Oid): string | undefined => encoded(value, type, 'text')?.toString('utf8');
const asHex = (value: Value, type: Oid): string | undefined => encoded(value, type, 'binary')?.toString('hex');

/** Each line was checked against PostgreSQL 15: select v::t, and encode(t || 'send'(v), 'hex'). */
test.each<[string, Value, Oid, string, string]>([
  ['bool', true, typeOids.bool, 't', '01'],
  ['int2', -2, typeOids.int2, '-2', 'fffe'],
  ['int4', 258, typeOids.int4, '258', '00000102'],
  ['int8', 9_007_199_254_740_993n, typeOids.int8, '9007199254740993', '0020000000000001'],
  ['oid', 4_294_967_295, typeOids.oid, '4294967295', 'ffffffff'],
  ['float8', 0.1, typeOids.float8, '0.1', '3fb999999999999a'],
  ['float8 large', 1e15, typeOids.float8, '1e+15', '430c6bf526340000'],
  ['float8 small', 0.00001, typeOids.float8, '1e-05', '3ee4f8b588e368f1'],
  ['float8 plain', 123_456_789_012_345, typeOids.float8, '123456789012345', '42dc12218377de40'],
  ['float4', 0.1, typeOids.float4, '0.1', '3dcccccd'],
  ['float4 large', 1_234_567, typeOids.float4, '1.234567e+06', '4996b438'],
  ['float8 infinite', Number.NEGATIVE_INFINITY, typeOids.float8, '-Infinity', 'fff0000000000000'],
  ['numeric', '-12345.678', typeOids.numeric, '-12345.678', '00030001400000030001 0929 1a7c'.replaceAll(' ', '')],
  ['numeric small', '0.00012', typeOids.numeric, '0.00012', '0002ffff0000000500010 7d0'.replaceAll(' ', '')],
  ['numeric zero', '0', typeOids.numeric, '0', '0000000000000000'],
  ['text', 'aü', typeOids.text, 'aü', '61c3bc'],
  ['bytea', Buffer.from([0, 255]), typeOids.bytea, '\\x00ff', '00ff'],
  ['jsonb', { json: { a: 1 } }, typeOids.jsonb, '{"a":1}', '017b2261223a317d'],
  [
    'uuid',
    '00112233-4455-6677-8899-aabbccddeeff',
    typeOids.uuid,
    '00112233-4455-6677-8899-aabbccddeeff',
    '00112233445566778899aabbccddeeff',
  ],
  [
    'timestamptz',
    new Date(Date.UTC(2024, 1, 29, 12, 30, 5, 120)),
    typeOids.timestamptz,
    '2024-02-29 12:30:05.12+00',
    '0002b58330100200',
  ],
  ['date', new Date(Date.UTC(1999, 11, 31)), typeOids.date, '1999-12-31', 'ffffffff'],
  [
    'int4[]',
    [1, null, 3],
    arrayTypeOf(typeOids.int4),
    '{1,NULL,3}',
    '00000001000000010000001700000003000000010000000400000001ffffffff0000000400000003',
  ],
  [
    'text[][]',
    [
      ['a b', ''],
      ['null', 'x"\\'],
    ],
    arrayTypeOf(typeOids.text),
    '{{"a b",""},{"null","x\\"\\\\"}}',
    '00000002000000000000001900000002000000010000000200000001000000036120620000000000000004 6e756c6c 00000003 78225c'.replaceAll(
      ' ',
      '',
    ),
  ],
  ['empty array', [], arrayTypeOf(typeOids.text), '{}', '000000000000000000000019'],
])('%s', (_, value, type, text, hex) => {
  expect(asText(value, type)).toBe(text);
  expect(asHex(value, type)).toBe(hex);
  expect(asHex(text, type)).toBe(hex);
});

const values: readonly (readonly [string, Oid, fc.Arbitrary<Value>])[] = [
  ['bool', typeOids.bool, fc.boolean()],
  ['int4', typeOids.int4, fc.integer()],
  ['int8', typeOids.int8, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })],
  ['float8', typeOids.float8, fc.double()],
  ['text', typeOids.text, fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', ''))],
  ['bytea', typeOids.bytea, fc.uint8Array().map((bytes) => Buffer.from(bytes))],
  ['timestamptz', typeOids.timestamptz, fc.date({ noInvalidDate: true, min: new Date('0001-01-01T00:00:00Z') })],
  [
    'numeric',
    typeOids.numeric,
    fc
      .tuple(fc.bigInt(), fc.stringMatching(/^[0-9]{1,12}$/))
      .map(([whole, part]) => (whole === 0n ? `0.${part}` : `${whole}.${part}`)),
  ],
];

test.each(values)('%s comes back as it went, alone and in an array', (_, type, arbitrary) => {
  fc.assert(
    fc.property(
      arbitrary,
      fc.array(fc.option(arbitrary), { maxLength: 4 }),
      fc.constantFrom<Format>('text', 'binary'),
      (value, array, format) => {
        expect(decodeValue(encoded(value, type, format), type, format)).toEqual(value);
        expect(decodeValue(encoded(array, arrayTypeOf(type), format), arrayTypeOf(type), format)).toEqual(array);
      },
    ),
  );
});

/** The SQLSTATE of the PgError that `body` throws; '' when it throws nothing. */
function codeOf(body: () => unknown): string {
  try {
    body();
    return '';
  } catch (error) {
    return error instanceof PgError ? error.code : String(error);
  }
}

test('any bytes for any type give a value or an error with an SQLSTATE', () => {
  const types = [...Object.values(typeOids), 1000, 1007, 1009, 1231, 3807];
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 80 }),
      fc.constantFrom(...types),
      fc.constantFrom<Format>('text', 'binary'),
      (bytes, type, format) => {
        const code = codeOf(() => decodeValue(bytes, type, format));
        expect(code).toMatch(/^(|22...|08P01|54000|42883)$/);
      },
    ),
    { numRuns: 3000 },
  );
});
