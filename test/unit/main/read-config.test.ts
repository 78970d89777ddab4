import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeFlags, flags, variableOf } from '../../../src/commands/flags.ts';
import { readConfig } from '../../../src/commands/read-config.ts';
import { UsageError } from '../../../src/commands/usage-error.ts';

const read = (args: readonly string[], environment: Record<string, string> = {}, terminal = false) =>
  readConfig(args, environment, terminal);

describe('readConfig', () => {
  it('has defaults for everything', () => {
    expect(read([])).toEqual({
      dataDir: resolve('data'),
      masterKey: { from: 'file', file: resolve('data/master.key') },
      listenSql: { host: '127.0.0.1', port: 6875 },
      listenHttp: { host: '127.0.0.1', port: 6876 },
      egressAddresses: [],
      auth: 'scram',
      allowPlaintext: false,
      tls: null,
      relay: {
        perConnectionMax: 1000,
        perRoleMax: 1000,
        connectTimeoutMs: 30_000,
        idleTimeoutMs: 0,
        lifetimeMs: 0,
        drainMs: 5_000,
      },
      log: { level: 'info', format: 'json' },
    });
  });

  it('is frozen, all of it', () => {
    const config = read(['--egress-address', '192.0.2.1']);
    const parts = [config, config.listenSql, config.listenHttp, config.egressAddresses, config.relay, config.log];
    expect(parts.every((part) => Object.isFrozen(part))).toBe(true);
  });

  it('takes each flag in both spellings', () => {
    const config = read([
      '--data-dir',
      '/srv/s',
      '--listen-sql=[::1]:0',
      '--log-level=debug',
      '--log-format',
      'pretty',
    ]);
    expect(config.dataDir).toBe('/srv/s');
    expect(config.masterKey).toEqual({ from: 'file', file: '/srv/s/master.key' });
    expect(config.listenSql).toEqual({ host: '::1', port: 0 });
    expect(config.log).toEqual({ level: 'debug', format: 'pretty' });
  });

  it('takes variables, and flags over them', () => {
    const environment = { SALLYPORT_DATA_DIR: '/srv/v', SALLYPORT_LISTEN_HTTP: '0.0.0.0:80', SALLYPORT_LOG_LEVEL: '' };
    const config = read(['--data-dir', '/srv/f'], environment);
    expect(config.dataDir).toBe('/srv/f');
    expect(config.listenHttp).toEqual({ host: '0.0.0.0', port: 80 });
    expect(config.log.level).toBe('info');
  });

  it('takes limits of relays as numbers and times', () => {
    const times = ['--relay-connect-timeout', '500ms', '--relay-idle-timeout=5m', '--relay-lifetime', '1h'];
    const config = read(['--relays-per-connection', '7', '--relays-per-role=0', ...times, '--relay-drain', '0']);
    const limits = { perConnectionMax: 7, perRoleMax: 0, connectTimeoutMs: 500, idleTimeoutMs: 300_000 };
    expect(config.relay).toEqual({ ...limits, lifetimeMs: 3_600_000, drainMs: 0 });
  });

  it('lists egress addresses once each, IPv4 and IPv6', () => {
    const config = read(['--egress-address', '192.0.2.1, 2001:db8::1,192.0.2.1']);
    expect(config.egressAddresses).toEqual(['192.0.2.1', '2001:db8::1']);
  });

  it('logs in colour for people and in JSON for machines', () => {
    expect(read([], {}, true).log.format).toBe('pretty');
    expect(read(['--log-format', 'json'], {}, true).log.format).toBe('json');
  });

  it.each([
    [['--foo'], 'unknown flag --foo; try --help'],
    [['--data'], 'unknown flag --data; try --help'],
    [['-x'], 'unknown flag -x; try --help'],
    [['start'], 'unexpected argument "start"; try --help'],
    [['--data-dir'], '--data-dir: a value is needed (DIR)'],
    [['--data-dir', '--log-level', 'info'], '--data-dir: a value is needed (DIR)'],
    [['--data-dir='], '--data-dir: a value is needed (DIR)'],
    [['--listen-sql', '6875'], '--listen-sql: expected HOST:PORT, found "6875"'],
    [['--listen-sql', '127.0.0.1:65536'], '--listen-sql: expected HOST:PORT, found "127.0.0.1:65536"'],
    [['--listen-sql', '::1:6875'], '--listen-sql: expected HOST:PORT, found "::1:6875"'],
    [['--listen-http', '[127.0.0.1]:1'], '--listen-http: expected HOST:PORT, found "[127.0.0.1]:1"'],
    [['--egress-address', '1.2.3'], '--egress-address: expected IP addresses separated by commas, found "1.2.3"'],
    [['--egress-address', '192.0.2.1,'], '--egress-address: expected IP addresses separated by commas, found ""'],
    [['--relays-per-role', 'many'], '--relays-per-role: expected a number, found "many"'],
    [['--relay-drain', '5'], '--relay-drain: expected a time such as 500ms, 30s, 5m or 1h, found "5"'],
    [['--relay-lifetime', '1000h'], '--relay-lifetime: the longest time is 596h'],
    [['--log-level', 'loud'], '--log-level: expected debug, info, warn, error or silent, found "loud"'],
    [['--log-format', 'xml'], '--log-format: expected json or pretty, found "xml"'],
    [['--auth', 'none'], '--auth: expected scram or trust, found "none"'],
    [['--tls-cert', 'c'], '--tls-cert: --tls-key is needed too'],
    [['--tls-key', 'k'], '--tls-key: --tls-cert is needed too'],
    [['--tls-client-ca', 'c'], '--tls-client-ca: --tls-cert and --tls-key, or --tls auto, are needed too'],
    [['--tls', 'on'], '--tls: expected auto, found "on"'],
    [['--tls', 'auto', '--tls-cert', 'c'], '--tls: auto makes a certificate: give no other'],
    [['--allow-plaintext=maybe'], '--allow-plaintext: expected true or false, found "maybe"'],
    [
      ['--master-key-env', 'A', '--master-key-command', 'b'],
      '--master-key-env and --master-key-command: give one of them',
    ],
  ])('refuses %j', (args, message) => {
    expect(() => read(args)).toThrow(new UsageError(message));
  });

  it('refuses a bad variable as it refuses a flag', () => {
    expect(() => read([], { SALLYPORT_LISTEN_SQL: 'here' })).toThrow(UsageError);
  });

  const elsewhere = ['0.0.0.0:6875', '[::]:6875', '192.0.2.7:6875', 'db.example:6875'];

  it.each(elsewhere)('refuses trust on %s, whatever else is given', (address) => {
    const args = ['--auth', 'trust', '--allow-plaintext', '--tls-cert', 'c', '--tls-key', 'k'];
    expect(() => read([...args, '--listen-sql', address])).toThrow('trust lets everyone in');
  });

  it.each(elsewhere)('refuses passwords without TLS on %s, unless that is allowed', (address) => {
    expect(() => read(['--listen-sql', address])).toThrow(
      'give --tls auto, --tls-cert and --tls-key, or --allow-plaintext',
    );
    expect(read(['--listen-sql', address, '--allow-plaintext']).allowPlaintext).toBe(true);
    const { tls } = read(['--listen-sql', address, '--tls-cert', '/c', '--tls-key', '/k', '--tls-client-ca', '/a']);
    expect(tls).toEqual({ certFile: '/c', keyFile: '/k', clientCaFile: '/a', selfSigned: false });
    const made = read(['--listen-sql', address, '--tls', 'auto', '--data-dir', '/d', '--tls-client-ca', '/a']).tls;
    const files = { certFile: '/d/tls/server.crt', keyFile: '/d/tls/server.key' };
    expect(made).toEqual({ ...files, clientCaFile: '/a', selfSigned: true });
  });

  it.each(['127.0.0.1:0', '127.8.9.1:1', '[::1]:1', 'localhost:1'])('takes trust on %s', (address) => {
    expect(read(['--auth', 'trust', '--listen-sql', address]).auth).toBe('trust');
  });

  it('takes the master key from a variable or a command', () => {
    expect(read(['--master-key-env', 'KEY']).masterKey).toEqual({ from: 'environment', variable: 'KEY' });
    expect(read([], { SALLYPORT_MASTER_KEY_COMMAND: 'pass k' }).masterKey).toEqual({
      from: 'command',
      command: 'pass k',
    });
  });
});

describe('flags', () => {
  it('have a variable each and stand in the help', () => {
    expect(variableOf('data-dir')).toBe('SALLYPORT_DATA_DIR');
    for (const name of Object.keys(flags)) expect(describeFlags()).toContain(`--${name} `);
  });
});
