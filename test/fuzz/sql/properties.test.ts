import { fc } from '../../support/properties.ts';
import { describe, it } from 'vitest';
import type {
  Broker,
  ConnectionOption,
  DialectStatement,
  Expr,
  Ident,
  Name,
  OptionValue,
} from '../../../src/sql/index.ts';
import { corpusFiles, readCorpus } from '../../unit/sql/corpus.ts';
import { expectRoundTrip, expectStatementsOrErrors, words } from './checks.ts';
import { runs } from './random.ts';

const parameters = { numRuns: runs };
const offset0 = 0;

/** Identifiers that break careless code, and any other. NUL cannot come over the wire; lone surrogates are no text. */
const hostile = [
  '__proto__',
  'constructor',
  'toString',
  '"',
  '""',
  "'",
  '\n',
  ' ',
  '.',
  '😀',
  'é',
  'İ',
  'ẞ',
  '1a',
  '$a',
  'a$',
  '--',
  '/*',
  ';',
  'select',
  'all',
  '\u00a0',
  '‘',
  '\\',
  '{}',
  'A',
];
const text = fc.string({ unit: 'binary', maxLength: 40 }).filter((value) => !value.includes('\0'));
const identValue = fc
  .oneof(
    fc.constantFrom(...hostile),
    text.filter((value) => value !== ''),
  )
  .filter((value) => Buffer.byteLength(value) <= 255);
const ident: fc.Arbitrary<Ident> = identValue.map((value) => ({ value, offset0 }));
const name: fc.Arbitrary<Name> = fc.array(ident, { minLength: 1, maxLength: 4 }).map((parts) => ({ parts, offset0 }));
const rawName: fc.Arbitrary<Name> = fc.oneof(
  name,
  fc.tuple(identValue, fc.array(ident, { minLength: 3, maxLength: 3 })).map(([id, parts]) => ({ id, parts, offset0 })),
);
const number = fc.oneof(
  fc.nat().map(String),
  fc.nat().map((value) => `-${value}`),
  fc.constantFrom('1.5', '.5', '1.', '10E-10'),
);

const { value: optionValue } = fc.letrec<{ value: OptionValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    text.map((value): OptionValue => ({ kind: 'string', value, offset0 })),
    number.map((value): OptionValue => ({ kind: 'number', text: value, offset0 })),
    fc.boolean().map((value): OptionValue => ({ kind: 'boolean', value, offset0 })),
    fc.constant<OptionValue>({ kind: 'null', offset0 }),
    text.map((value): OptionValue => ({ kind: 'interval', text: value, offset0 })),
    name.map((value): OptionValue => ({ kind: 'name', name: value, offset0 })),
    rawName.map((value): OptionValue => ({ kind: 'secret', name: value, offset0 })),
    fc.array(tie('value'), { maxLength: 3 }).map((items): OptionValue => ({ kind: 'sequence', items, offset0 })),
    fc
      .array(fc.record({ key: text, value: tie('value') }), { maxLength: 3 })
      .map((entries): OptionValue => ({ kind: 'map', entries, offset0 })),
  ),
}));

const broker: fc.Arbitrary<Broker> = fc
  .record({ address: text, matching: fc.boolean(), tunnel: rawName, tunnelled: fc.boolean() })
  .map(({ address, matching, tunnel, tunnelled }) => {
    const using = matching || tunnelled ? ({ kind: 'ssh-tunnel', name: tunnel } as const) : null;
    return { address, offset0, matching, using };
  });

const option: fc.Arbitrary<ConnectionOption> = fc.constantFrom(...words.options).chain(([optionName, syntax]) => {
  const value: fc.Arbitrary<OptionValue | null> =
    syntax === 'value'
      ? fc.option(optionValue)
      : syntax === 'object'
        ? rawName.map((each) => ({ kind: 'object', name: each, offset0 }))
        : syntax === 'privatelink'
          ? fc
              .record({ name: rawName, port: fc.option(fc.nat(65_535)) })
              .map((each) => ({ kind: 'privatelink', ...each, offset0 }))
          : syntax === 'broker'
            ? broker.map((each) => ({ kind: 'broker', broker: each, offset0 }))
            : fc
                .array(broker, { minLength: 1, maxLength: 3 })
                .map((brokers) => ({ kind: 'brokers', brokers, offset0 }));
  return value.map((each) => ({ name: optionName, value: each, offset0 }));
});

const { expr } = fc.letrec<{ expr: Expr }>((tie) => ({
  expr: fc.oneof(
    { maxDepth: 5 },
    text.map((value): Expr => ({ kind: 'string', value, offset0 })),
    number.map((value): Expr => ({ kind: 'number', text: value, offset0 })),
    fc.boolean().map((value): Expr => ({ kind: 'boolean', value, offset0 })),
    fc.constant<Expr>({ kind: 'null', offset0 }),
    fc.nat().map((index): Expr => ({ kind: 'parameter', index, offset0 })),
    fc
      .record({ name, args: fc.array(tie('expr'), { maxLength: 3 }) })
      .map((each): Expr => ({ kind: 'call', ...each, offset0 })),
    tie('expr').map((each): Expr => ({ kind: 'cast', expr: each, type: 'bytea', offset0 })),
    fc.record({ left: tie('expr'), right: tie('expr') }).map((each): Expr => ({ kind: 'concat', ...each, offset0 })),
  ),
}));

const statement: fc.Arbitrary<DialectStatement> = fc.oneof(
  fc
    .record({
      name,
      ifNotExists: fc.boolean(),
      connectionKind: fc.constantFrom(...words.kinds),
      options: fc.array(option, { minLength: 1, maxLength: 5 }),
      with: fc.array(
        fc.option(optionValue).map((value) => ({ name: 'VALIDATE', value, offset0 })),
        { maxLength: 2 },
      ),
    })
    .map((each): DialectStatement => ({ kind: 'create-connection', connectionKindOffset0: offset0, ...each })),
  fc
    .record({ name, ifNotExists: fc.boolean(), value: expr })
    .map((each): DialectStatement => ({ kind: 'create-secret', ...each })),
  fc
    .record({ name: rawName, comment: fc.option(text) })
    .map((each): DialectStatement => ({ kind: 'comment', objectKind: 'connection', commentOffset0: offset0, ...each })),
  fc
    .record({ name, ifExists: fc.boolean(), to: ident })
    .map((each): DialectStatement => ({ kind: 'rename', objectKind: 'connection', ...each })),
  fc
    .record({ names: fc.array(name, { minLength: 1, maxLength: 4 }), ifExists: fc.boolean() })
    .map((each): DialectStatement => ({ kind: 'drop', objectKind: 'connection', behaviour: 'cascade', ...each })),
  fc
    .record({ variable: ident, values: fc.array(text, { minLength: 1, maxLength: 3 }) })
    .filter(({ variable }) => !['role', 'all'].includes(variable.value))
    .map((each): DialectStatement => ({ kind: 'set-variable', scope: 'session', ...each })),
  ident.map((variable): DialectStatement => ({ kind: 'show-variable', variable })),
  fc
    .record({
      roles: fc.array(ident, { minLength: 1, maxLength: 3 }),
      members: fc.array(ident, { minLength: 1, maxLength: 3 }),
    })
    .map((each): DialectStatement => ({ kind: 'grant-role', grant: true, ...each })),
  fc.record({ name: ident, password: text }).map(
    (each): DialectStatement => ({
      kind: 'create-role',
      name: each.name,
      ifNotExists: false,
      options: [{ kind: 'password', value: each.password, offset0 }],
    }),
  ),
);

describe('any tree', () => {
  it('prints as text that parses to the same tree', () => {
    fc.assert(
      fc.property(statement, (each) => expectRoundTrip(each)),
      parameters,
    );
  });
});

const inputs = corpusFiles().flatMap((file) => readCorpus(file).map(({ input }) => input));
const pieces = [
  '',
  "'",
  '"',
  '$$',
  '--',
  '/*',
  '*/',
  ';',
  '(',
  ')',
  '[',
  ']',
  ',',
  '=',
  '=>',
  '\\',
  '\0',
  '\u00a0',
  '😀',
  '\ud83d',
  "E'",
  'U&"',
  '1e+',
  '$1',
  '.',
  '..',
  '::',
  'SECRET',
  'WITH',
];

describe('any text', () => {
  it('is statements or a syntax error inside it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (each) => expectStatementsOrErrors(each)),
      parameters,
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) =>
        expectStatementsOrErrors(Buffer.from(bytes).toString('utf8')),
      ),
      parameters,
    );
  });

  it('is so when it is made of the language’s own pieces', () => {
    const soup = fc.array(
      fc.constantFrom(
        ...pieces,
        ...words.options.keys(),
        ...words.kinds,
        'CREATE',
        'CONNECTION',
        'TO',
        'x',
        "'x'",
        '1',
      ),
    );
    fc.assert(
      fc.property(soup, (each) => expectStatementsOrErrors(`CREATE CONNECTION c TO ${each.join(' ')}`)),
      parameters,
    );
  });

  it('is so when it is a golden case with a cut, a gap or a splinter', () => {
    const mutation = fc.tuple(fc.constantFrom(...inputs), fc.nat(), fc.nat(8), fc.constantFrom(...pieces));
    fc.assert(
      fc.property(mutation, ([input, at, length, piece]) => {
        const cut = input.length === 0 ? 0 : at % input.length;
        expectStatementsOrErrors(input.slice(0, cut) + piece + input.slice(cut + length));
      }),
      { numRuns: runs * 4 },
    );
  });
});
