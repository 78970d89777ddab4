import { isIP } from 'node:net';
import { resolve } from 'node:path';
import type { Config, Endpoint, TlsFiles } from '../config.ts';
import { pathIn } from '../storage/layout.ts';
import { type Flag, type FlagValues, defaultOf, readCommandLine } from './flags.ts';
import { masterKeySource } from './master-key-flags.ts';
import { UsageError } from './usage-error.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads flags, then SALLYPORT_… variables, then defaults. @throws UsageError one line, for standard error and exit code 2. */
export function readConfig(args: readonly string[], environment: Environment, terminal: boolean): Config {
  const { values } = readCommandLine(args, environment, 'serve');
  const dataDir = resolve(text(values, 'data-dir'));
  const listenSql = endpoint(values, 'listen-sql');
  const config: Config = {
    dataDir,
    masterKey: Object.freeze(masterKeySource(values, '') ?? { from: 'file', file: `${dataDir}/master.key` }),
    listenSql: Object.freeze(listenSql),
    listenHttp: Object.freeze(endpoint(values, 'listen-http')),
    egressAddresses: Object.freeze(addresses(values, 'egress-address')),
    ...logins(values, listenSql, dataDir),
    relay: Object.freeze({
      perConnectionMax: count(values, 'relays-per-connection'),
      perRoleMax: count(values, 'relays-per-role'),
      connectTimeoutMs: durationMs(values, 'relay-connect-timeout'),
      idleTimeoutMs: durationMs(values, 'relay-idle-timeout'),
      lifetimeMs: durationMs(values, 'relay-lifetime'),
      drainMs: durationMs(values, 'relay-drain'),
    }),
    log: Object.freeze({
      level: oneOf(values, 'log-level', ['debug', 'info', 'warn', 'error', 'silent']),
      format: oneOf(values, 'log-format', ['json', 'pretty'], terminal ? 'pretty' : 'json'),
    }),
  };
  return Object.freeze(config);
}

function text(values: FlagValues, flag: Flag): string {
  const value = values.get(flag) ?? defaultOf(flag);
  if (value === undefined || value === '') throw bad(flag, 'a value is needed');
  return value;
}

function count(values: FlagValues, flag: Flag): number {
  const value = text(values, flag);
  if (!/^\d{1,9}$/.test(value)) throw bad(flag, `expected a number, found "${value}"`);
  return Number(value);
}

const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
/** What a timer of Node.js can wait. */
const durationMsMax = 2 ** 31 - 1;

/** `500ms`, `30s`, `5m`, `1h`; `0` for none. */
function durationMs(values: FlagValues, flag: Flag): number {
  const value = text(values, flag);
  const [, number, unit] = /^(\d{1,9})(ms|s|m|h)$/.exec(value) ?? [];
  const found = value === '0' ? 0 : Number(number) * (unitsMs[unit ?? ''] ?? Number.NaN);
  if (Number.isNaN(found)) throw bad(flag, `expected a time such as 500ms, 30s, 5m or 1h, found "${value}"`);
  if (found > durationMsMax) throw bad(flag, `the longest time is ${Math.floor(durationMsMax / 3_600_000)}h`);
  return found;
}

function endpoint(values: FlagValues, flag: Flag): Endpoint {
  const value = text(values, flag);
  const parts = /^(?:\[([^[\]]+)\]|([^:[\]\s]+)):(\d{1,5})$/.exec(value);
  const host = parts?.[1] ?? parts?.[2];
  const port = Number(parts?.[3]);
  const bracketed = parts?.[1] !== undefined;
  if (host === undefined || port > 65_535 || (bracketed && isIP(host) !== 6)) {
    throw bad(flag, `expected HOST:PORT, found "${value}"`);
  }
  return { host, port };
}

function addresses(values: FlagValues, flag: Flag): readonly string[] {
  const listed = (values.get(flag) ?? '').split(',').map((part) => part.trim());
  const given = listed.length === 1 && listed[0] === '' ? [] : listed;
  const wrong = given.find((address) => isIP(address) === 0);
  if (wrong !== undefined) throw bad(flag, `expected IP addresses separated by commas, found "${wrong}"`);
  return [...new Set(given)];
}

/** On loopback anything goes; elsewhere clients prove who they are, and nobody else listens, unless that is allowed. */
function logins(
  values: FlagValues,
  listenSql: Endpoint,
  dataDir: string,
): Pick<Config, 'auth' | 'tls' | 'allowPlaintext'> {
  const method = oneOf(values, 'auth', ['scram', 'trust']);
  const tls = tlsFiles(values, dataDir);
  const allowPlaintext = oneOf(values, 'allow-plaintext', ['true', 'false'], 'false') === 'true';
  if (isLoopback(listenSql.host)) return { auth: method, tls, allowPlaintext };
  const where = `"${listenSql.host}" is not a loopback address`;
  if (method === 'trust') throw bad('listen-sql', `${where}, and trust lets everyone in who can reach it`);
  if (tls === null && !allowPlaintext) {
    throw bad('listen-sql', `${where}: give --tls auto, --tls-cert and --tls-key, or --allow-plaintext`);
  }
  return { auth: method, tls, allowPlaintext };
}

function tlsFiles(values: FlagValues, dataDir: string): TlsFiles | null {
  const [cert, key, clientCa] = [values.get('tls-cert'), values.get('tls-key'), values.get('tls-client-ca')];
  const clientCaFile = clientCa === undefined ? null : resolve(clientCa);
  if (values.get('tls') !== undefined) {
    oneOf(values, 'tls', ['auto']);
    if (cert !== undefined || key !== undefined) throw bad('tls', 'auto makes a certificate: give no other');
    const folder = pathIn(dataDir, 'tls');
    const files = { certFile: `${folder}/server.crt`, keyFile: `${folder}/server.key` };
    return Object.freeze({ ...files, clientCaFile, selfSigned: true });
  }
  if (cert === undefined && key === undefined) {
    if (clientCa !== undefined) throw bad('tls-client-ca', '--tls-cert and --tls-key, or --tls auto, are needed too');
    return null;
  }
  if (cert === undefined) throw bad('tls-key', '--tls-cert is needed too');
  if (key === undefined) throw bad('tls-cert', '--tls-key is needed too');
  return Object.freeze({ certFile: resolve(cert), keyFile: resolve(key), clientCaFile, selfSigned: false });
}

function oneOf<const T extends string>(values: FlagValues, flag: Flag, allowed: readonly T[], fallback?: T): T {
  const value = values.get(flag) ?? fallback ?? text(values, flag);
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) throw bad(flag, `expected ${inWords(allowed)}, found "${value}"`);
  return found;
}

function inWords(words: readonly string[]): string {
  const [last = '', ...others] = words.toReversed();
  return others.length === 0 ? last : `${others.toReversed().join(', ')} or ${last}`;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function bad(flag: Flag, problem: string): UsageError {
  return new UsageError(`--${flag}: ${problem}`);
}
