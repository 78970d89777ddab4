import { describe, expect, test } from 'vitest';
import {
  kindByWords,
  type ConnectionKind,
  type OptionInput,
  type OptionValueInput,
  planOptions,
} from '../../../src/connections/index.ts';
import { PgError, undefinedItem } from '../../../src/errors/index.ts';

const name = (text: string) => ({ parts: text.split('.').map((value) => ({ value, offset0: 50 })), offset0: 50 });
const string = (value: string): OptionValueInput => ({ kind: 'string', value, offset0: 50 });
const number = (text: string): OptionValueInput => ({ kind: 'number', text, offset0: 50 });
const word = (text: string): OptionValueInput => ({ kind: 'name', name: name(text), offset0: 50 });
const secret = (text: string): OptionValueInput => ({ kind: 'secret', name: name(text), offset0: 50 });
const object = (text: string): OptionValueInput => ({ kind: 'object', name: name(text), offset0: 50 });
const sequence = (...items: readonly OptionValueInput[]): OptionValueInput => ({
  kind: 'sequence',
  items,
  offset0: 50,
});
const map: OptionValueInput = { kind: 'map', offset0: 50 };
const yes: OptionValueInput = { kind: 'boolean', value: true, offset0: 50 };
const brokers = (...addresses: readonly string[]): OptionValueInput => ({
  kind: 'brokers',
  offset0: 50,
  brokers: addresses.map((address) => ({ address, offset0: 60, matching: false, using: null })),
});
const broker = (address: string, using: string | null = null): OptionValueInput => ({
  kind: 'broker',
  offset0: 50,
  broker: {
    address,
    offset0: 60,
    matching: false,
    using: using === null ? null : { kind: 'ssh-tunnel', name: name(using) },
  },
});

type Written = readonly (readonly [name: string, value: OptionValueInput | null])[];

/** Names resolve to themselves; `missing` does not exist; `other` is a connection of another kind. */
function plan(words: string, written: Written): unknown {
  const kind = kindByWords(words) as ConnectionKind;
  const options = written.map(([option, value], index): OptionInput => ({ name: option, value, offset0: index * 10 }));
  const find = (wanted: ReturnType<typeof name>): string => {
    const text = wanted.parts.map((part) => part.value).join('.');
    if (text === 'missing') throw undefinedItem(text);
    return text;
  };
  const planned = planOptions({
    kind,
    options,
    resolve: { secret: find, connection: find },
    position1: (offset0) => offset0 + 1,
    listPosition1: 1000,
  });
  return kind.plan(planned, {
    fullName: (id) => `materialize.public.${id}`,
    connectionType: (id) => (id === 'other' ? 'postgres' : 'ssh-tunnel'),
    environmentId: 'env',
    ownId: 'u9',
  });
}

function refused(words: string, written: Written): Partial<PgError> {
  try {
    plan(words, written);
  } catch (error) {
    if (error instanceof PgError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

const pg = { host: ['HOST', string('h')], database: ['DATABASE', string('d')], user: ['USER', string('u')] } as const;
const whole = [pg.host, pg.database, pg.user] as const;

describe('conversion', () => {
  test('takes text as string or identifier, and applies defaults', () => {
    expect(
      plan('POSTGRES', [
        ['HOST', word('h')],
        ['DATABASE', word('d')],
        ['USER', secret('s')],
        ['PASSWORD', secret('p')],
      ]),
    ).toEqual({
      host: 'h',
      port: 5432,
      database: 'd',
      user: { secretId: 's' },
      passwordSecretId: 'p',
      tls: { mode: 'disable', certificateAuthority: null, client: null },
      through: null,
    });
  });

  test.each<[string, Written, string, string | undefined]>([
    ['text absent', [['HOST', null]], 'invalid HOST: must provide a string value', undefined],
    ['text given a number', [['HOST', number('1')]], 'invalid HOST: cannot use value as string', 'single quotes'],
    ['text given a boolean', [['HOST', yes]], 'invalid HOST: cannot use value as string', 'single quotes'],
    [
      'text given a dotted name',
      [['HOST', word('db.internal')]],
      'invalid HOST: incompatible value types: cannot convert object names to text',
      "'db.internal'",
    ],
    [
      'text given a list',
      [['HOST', sequence()]],
      'invalid HOST: incompatible value types: cannot convert sequences to text',
      undefined,
    ],
    [
      'text given a map',
      [['HOST', map]],
      'invalid HOST: incompatible value types: cannot convert maps to text',
      undefined,
    ],
    [
      'text given a secret',
      [['HOST', secret('s')]],
      'invalid HOST: incompatible value types: cannot convert secrets to text',
      undefined,
    ],
    ['text or secret absent', [['USER', null]], 'invalid USER: must provide a string or secret value', undefined],
    [
      'secret given text',
      [['PASSWORD', string('hunter2')]],
      'invalid PASSWORD: must provide a secret value',
      'CREATE SECRET',
    ],
    [
      'secret given a name',
      [['PASSWORD', word('pw')]],
      'invalid PASSWORD: must provide a secret value',
      'PASSWORD = SECRET pw',
    ],
    ['secret absent', [['PASSWORD', null]], 'invalid PASSWORD: must provide a secret value', 'CREATE SECRET'],
    ['integer absent', [['PORT', null]], 'invalid PORT: must provide an integer value', undefined],
    ['integer given text', [['PORT', string('5432')]], 'invalid PORT: cannot use value as number', 'without quotes'],
    [
      'integer with a fraction',
      [['PORT', number('1.5')]],
      'invalid PORT: invalid numeric value: 1.5 is not a whole number',
      'from 1 to 65535',
    ],
    [
      'port too large',
      [['PORT', number('70000')]],
      'invalid PORT: invalid numeric value: 70000 is out of range',
      'from 1 to 65535',
    ],
    ['port zero', [['PORT', number('0')]], 'invalid PORT: invalid numeric value: 0 is out of range', 'from 1 to 65535'],
    [
      'object given text',
      [['SSH TUNNEL', string('t')]],
      'invalid SSH TUNNEL: must provide an object',
      'SSH TUNNEL = name',
    ],
    ['object absent', [['SSH TUNNEL', null]], 'invalid SSH TUNNEL: must provide an object', undefined],
  ])('%s', (_case, written, message, hint) => {
    const error = refused('POSTGRES', written);
    expect(error).toMatchObject({ code: '22023', message });
    expect(error.position1).toBe(written[0]?.[1] === null ? 1 : 51);
    expect(error.hint ?? '').toContain(hint ?? '');
    expect(JSON.stringify([error.message, error.hint, error.detail])).not.toContain('hunter2');
  });

  test('a list of texts may be written as one text', () => {
    const line = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1fZ7bD1nVxVxjqk8mQ7xkzVq0m4c2lY2cXoT8X3J5v';
    const tunnel: Written = [
      ['HOST', string('b')],
      ['USER', string('u')],
    ];
    const one = plan('SSH TUNNEL', [...tunnel, ['HOST KEY', string(`${line} root@b`)]]);
    const list = plan('SSH TUNNEL', [...tunnel, ['HOST KEY', sequence(string(line))]]);
    expect(one).toEqual(list);
    expect(one).toMatchObject({ hostKeys: [line] });
    expect(refused('SSH TUNNEL', [...tunnel, ['HOST KEY', number('1')]]).message).toBe(
      'invalid HOST KEY: cannot use value as array',
    );
    expect(refused('SSH TUNNEL', [...tunnel, ['HOST KEY', sequence(number('1'))]]).message).toBe(
      'invalid HOST KEY: cannot use value in array',
    );
    expect(refused('SSH TUNNEL', [...tunnel, ['HOST KEY', null]]).message).toBe(
      'invalid HOST KEY: must provide an array value',
    );
    expect(refused('SSH TUNNEL', [...tunnel, ['HOST KEY', string('SHA256:abc')]])).toMatchObject({
      message: 'invalid HOST KEY: not an SSH public key',
      hint: expect.stringContaining('ssh_host_ed25519_key.pub'),
    });
  });
});

describe('order of checks', () => {
  test('names are resolved before anything else', () => {
    expect(
      refused('POSTGRES', [
        ['URL', string('x')],
        ['SSH TUNNEL', object('missing')],
      ]).message,
    ).toBe("unknown catalog item 'missing'");
  });

  test('options of other kinds come before duplicates and values, all of them alphabetically', () => {
    expect(
      refused('POSTGRES', [
        ['HOST', null],
        ['URL', string('x')],
        ['BROKER', broker('b')],
        ['HOST', null],
      ]),
    ).toMatchObject({
      code: '42601',
      message: 'POSTGRES connections do not support BROKER, URL values',
      position1: 11,
      hint: expect.stringContaining('HOST, PORT, DATABASE'),
    });
    expect(refused('CONFLUENT SCHEMA REGISTRY', [['HOST', string('h')]]).message).toBe(
      'CONFLUENT SCHEMA REGISTRY connections do not support HOST values',
    );
  });

  test('an option twice', () => {
    expect(refused('POSTGRES', [pg.host, pg.host])).toMatchObject({
      code: '42601',
      message: 'HOST specified more than once',
      position1: 11,
    });
  });

  test('options that cannot be served here', () => {
    expect(
      refused('POSTGRES', [
        ...whole,
        ['AWS PRIVATELINK', { kind: 'privatelink', name: name('missing'), port: null, offset0: 0 }],
      ]),
    ).toMatchObject({
      code: '0A000',
      message: 'AWS PRIVATELINK is not supported',
      hint: expect.stringContaining('SSH TUNNEL'),
    });
  });
});

describe('POSTGRES', () => {
  test('asks for DATABASE, then HOST, then USER', () => {
    expect(refused('POSTGRES', [['PORT', number('1')]])).toMatchObject({
      code: '42601',
      message: 'DATABASE option is required',
      position1: 1000,
    });
    expect(refused('POSTGRES', [pg.database]).message).toBe('HOST option is required');
    expect(refused('POSTGRES', [pg.database, pg.host]).message).toBe('USER option is required');
  });

  test.each([
    ['required', 'require'],
    ['verify_ca', 'verify-ca'],
    ['verify_full', 'verify-full'],
  ])('SSL MODE %s is %s', (written, mode) => {
    expect(plan('POSTGRES', [...whole, ['SSL MODE', string(written)]])).toMatchObject({ tls: { mode } });
  });

  test.each([
    ['prefer', 'unencrypted'],
    ['REQUIRE', 'Did you mean require?'],
    ['verify', 'verify-ca'],
  ])('SSL MODE %s is refused', (written, hint) => {
    const error = refused('POSTGRES', [...whole, ['SSL MODE', string(written)]]);
    expect(error).toMatchObject({
      code: '22023',
      message: `invalid CONNECTION: unknown SSL MODE "${written}"`,
      position1: 51,
    });
    expect(error.hint).toContain(hint);
  });

  test('certificate and key belong together', () => {
    const message = 'invalid CONNECTION: both SSL KEY and SSL CERTIFICATE are required';
    expect(refused('POSTGRES', [...whole, ['SSL KEY', secret('k')]])).toMatchObject({ message, code: '42601' });
    expect(
      refused('POSTGRES', [
        ['SSL CERTIFICATE', string('c')],
        ['SSL MODE', string('x')],
      ]),
    ).toMatchObject({ message });
  });

  test('the tunnel must be one', () => {
    expect(refused('POSTGRES', [...whole, ['SSH TUNNEL', object('other')]])).toMatchObject({
      code: '42809',
      message: 'materialize.public.other is not an SSH connection',
      position1: 51,
    });
  });

  test.each([
    ['', 'the host is empty'],
    ['db.internal:5432', 'holds a port'],
    ['postgres://db', 'is a URL'],
    ['a b', 'not a host name'],
    ['a\nb', 'not a host name'],
    ['/var/run', 'not a host name'],
  ])('HOST %j is refused', (host, reason) => {
    const error = refused('POSTGRES', [['HOST', string(host)], pg.database, pg.user]);
    expect(error.code).toBe('22023');
    expect(error.message).toContain(reason);
  });

  test.each([
    ['::1', '::1'],
    ['[fe80::1]', 'fe80::1'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['my_db.internal', 'my_db.internal'],
  ])('HOST %s is dialled as %s', (written, host) => {
    expect(plan('POSTGRES', [['HOST', string(written)], pg.database, pg.user])).toMatchObject({ host });
  });
});

describe('MYSQL', () => {
  const base: Written = [pg.host, pg.user];

  test('takes modes in any case and names no database', () => {
    expect(plan('MYSQL', [...base, ['SSL MODE', string('verify-identity')]])).toMatchObject({
      port: 3306,
      tls: { mode: 'verify-full' },
    });
    expect(refused('MYSQL', [...base, ['SSL MODE', string('preferred')]])).toMatchObject({
      message: 'invalid CONNECTION: unknown SSL MODE "PREFERRED"',
      hint: expect.stringContaining('REQUIRED'),
    });
    expect(refused('MYSQL', [...base, pg.database])).toMatchObject({
      hint: expect.stringContaining('names no database'),
    });
    expect(refused('MYSQL', []).message).toBe('HOST option is required');
  });
});

describe('SSH TUNNEL', () => {
  test('asks for HOST, then USER; port 22', () => {
    expect(refused('SSH TUNNEL', [['USER', string('u')]]).message).toBe('HOST option is required');
    expect(refused('SSH TUNNEL', [['HOST', string('h')]]).message).toBe('USER option is required');
    expect(
      plan('SSH TUNNEL', [
        ['HOST', string('h')],
        ['USER', string('u')],
      ]),
    ).toMatchObject({ port: 22 });
  });

  test('tells of public keys that were not taken', () => {
    const kind = kindByWords('SSH TUNNEL') as ConnectionKind;
    const details = plan('SSH TUNNEL', [
      ['HOST', string('h')],
      ['USER', string('u')],
      ['PUBLIC KEY 1', string('ssh-ed25519 AAAA')],
    ]);
    expect(kind.notices?.(details)).toMatchObject([{ severity: 'NOTICE', message: 'PUBLIC KEY 1 was not taken' }]);
    expect(kind.options['PUBLIC KEY 1']?.kept).toBe(false);
  });

  test('names both public keys when both were given', () => {
    const kind = kindByWords('SSH TUNNEL') as ConnectionKind;
    const details = plan('SSH TUNNEL', [
      ['HOST', string('h')],
      ['USER', string('u')],
      ['PUBLIC KEY 1', string('ssh-ed25519 AAAA')],
      ['PUBLIC KEY 2', string('ssh-ed25519 BBBB')],
    ]);
    expect(kind.notices?.(details)).toMatchObject([{ message: 'PUBLIC KEY 1 and PUBLIC KEY 2 were not taken' }]);
  });

  test('not through itself', () => {
    expect(
      refused('SSH TUNNEL', [
        ['HOST', string('h')],
        ['USER', string('u')],
        ['SSH TUNNEL', object('u9')],
      ]).message,
    ).toContain('through itself');
  });
});

describe('KAFKA', () => {
  const sasl: Written = [
    ['SASL MECHANISMS', string('plain')],
    ['SASL USERNAME', string('u')],
    ['SASL PASSWORD', secret('p')],
  ];
  const one: Written = [['BROKER', broker('k:9092')]];

  test('the security matrix', () => {
    expect(plan('KAFKA', one)).toMatchObject({ tls: { mode: 'verify-full' }, sasl: null });
    expect(plan('KAFKA', [...one, ...sasl])).toMatchObject({
      tls: { mode: 'verify-full' },
      sasl: { mechanism: 'PLAIN' },
    });
    expect(plan('KAFKA', [...one, ...sasl, ['SECURITY PROTOCOL', word('sasl_plaintext')]])).toMatchObject({
      tls: { mode: 'disable' },
      sasl: { mechanism: 'PLAIN' },
    });
    expect(plan('KAFKA', [...one, ['SECURITY PROTOCOL', word('plaintext')]])).toMatchObject({
      tls: { mode: 'disable' },
      sasl: null,
    });
  });

  test.each<[Written, string]>([
    [[['SECURITY PROTOCOL', string('foo')]], 'unknown security protocol: FOO'],
    [[['SASL USERNAME', string('u')]], 'SASL MECHANISMS must be specified'],
    [sasl.slice(0, 1), 'SASL USERNAME must be specified'],
    [sasl.slice(0, 2), 'SASL PASSWORD must be specified'],
    [[['SSL CERTIFICATE', string('c')]], 'SSL KEY must be specified with SSL CERTIFICATE'],
    [[['SSL KEY', secret('k')]], 'option SSL KEY not supported with this configuration'],
    [
      [
        ['SECURITY PROTOCOL', string('PLAINTEXT')],
        ['SASL USERNAME', string('u')],
      ],
      'option SASL USERNAME not supported with this configuration',
    ],
    [
      [
        ['SECURITY PROTOCOL', string('PLAINTEXT')],
        ['SSL CERTIFICATE AUTHORITY', string('c')],
      ],
      'option SSL CERTIFICATE AUTHORITY not supported with this configuration',
    ],
  ])('%#', (written, message) => {
    const error = refused('KAFKA', [...one, ...written]);
    expect(error.message).toBe(message);
    expect(error.hint).toBeTruthy();
  });

  test('brokers: exactly one way, address:port, tunnels of their own', () => {
    expect(refused('KAFKA', []).message).toBe(
      'invalid CONNECTION: must set one of BROKER, BROKERS, or AWS PRIVATELINK',
    );
    expect(refused('KAFKA', [...one, ['BROKERS', brokers('k')]]).message).toBe(
      'invalid CONNECTION: can only set one of BROKER, BROKERS, or AWS PRIVATELINK',
    );
    expect(refused('KAFKA', [['BROKER', broker('a:1,b:2')]]).message).toMatch(
      /^invalid CONNECTION: cannot specify multiple Kafka broker addresses in one string\./,
    );
    expect(refused('KAFKA', [['BROKER', broker('')]])).toMatchObject({
      message: 'invalid BROKER: BROKER is not address:port',
      position1: 61,
    });
    expect(refused('KAFKA', [['BROKER', broker('h:99999')]]).message).toContain('parsing BROKER port');
    expect(refused('KAFKA', [['BROKER', broker('SSL://h:1')]]).hint).toContain("'h:1'");
    expect(refused('KAFKA', [['BROKER', broker('h', 'other')]])).toMatchObject({ code: '42809' });
    expect(
      plan('KAFKA', [
        ['BROKER', broker('[::1]:9', 't')],
        ['SSH TUNNEL', object('d')],
      ]),
    ).toMatchObject({
      brokers: [{ host: '::1', port: 9, through: 't' }],
      defaultThrough: 'd',
    });
    expect(
      plan('KAFKA', [
        ['BROKERS', brokers('a', 'b:1')],
        ['SSH TUNNEL', object('d')],
      ]),
    ).toMatchObject({
      brokers: [
        { host: 'a', port: 9092, through: 'd' },
        { host: 'b', port: 1, through: 'd' },
      ],
    });
  });

  test('a progress topic of its own, and no login by AWS', () => {
    expect(plan('KAFKA', [...one, ['PROGRESS TOPIC', string('mine')]])).toMatchObject({ progressTopic: 'mine' });
    expect(refused('KAFKA', [...one, ['AWS CONNECTION', object('missing')]])).toMatchObject({
      code: '0A000',
      message: 'AWS CONNECTION is not supported',
    });
  });

  test('progress topic', () => {
    expect(plan('KAFKA', one)).toMatchObject({
      progressTopic: '_materialize-progress-env-u9',
      progressTopicReplicationFactor: null,
    });
    expect(refused('KAFKA', [...one, ['PROGRESS TOPIC REPLICATION FACTOR', number('0')]]).message).toBe(
      'invalid CONNECTION: PROGRESS TOPIC REPLICATION FACTOR must be greater than 0',
    );
  });
});

describe('CONFLUENT SCHEMA REGISTRY', () => {
  const at = (url: string) => plan('CONFLUENT SCHEMA REGISTRY', [['URL', string(url)]]);

  test('takes paths and addresses', () => {
    expect(at('https://r.internal/apis/ccompat/v7/')).toMatchObject({
      host: 'r.internal',
      port: 443,
      path: '/apis/ccompat/v7',
      tls: { mode: 'verify-full' },
    });
    expect(at('http://[::1]:8081')).toMatchObject({ host: '::1', port: 8081, path: '', tls: { mode: 'disable' } });
  });

  test.each([
    ['r.internal:8081', 'parsing schema registry url'],
    ['not a url', 'parsing schema registry url'],
    ['ftp://r', 'parsing schema registry url'],
    ['http://u:p@r', 'must not hold a user name or a password'],
    ['http://r/?a=b', 'must not hold a query'],
  ])('%s is refused', (url, message) => {
    const error = refused('CONFLUENT SCHEMA REGISTRY', [['URL', string(url)]]);
    expect(error.message).toContain(message);
    expect(error.hint).toBeTruthy();
  });

  test('asks for URL, and for certificate and key together', () => {
    expect(refused('CONFLUENT SCHEMA REGISTRY', []).message).toBe('invalid CONNECTION: must specify URL');
    expect(
      refused('CONFLUENT SCHEMA REGISTRY', [
        ['URL', string('https://r')],
        ['SSL KEY', secret('k')],
      ]).message,
    ).toBe(
      'invalid CONNECTION: reading from SSL-auth Confluent Schema Registry requires both SSL KEY and SSL CERTIFICATE',
    );
  });
});
