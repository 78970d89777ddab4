import { execFile } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { StartRefused, unreachable } from '../errors/index.ts';
import { writePrivateFile } from '../storage/index.ts';
import { Secret } from './secret.ts';

/** Where the master key is kept: 32 bytes in base64 (`openssl rand -base64 32` makes one), blanks around it allowed. */
export type MasterKeySource =
  | { readonly from: 'file'; readonly file: string }
  | { readonly from: 'environment'; readonly variable: string; readonly environment?: Readonly<NodeJS.ProcessEnv> }
  /** Run by `/bin/sh -c`; prints the key. For key management services. */
  | { readonly from: 'command'; readonly command: string };

export interface MasterKey {
  /** Tells keys apart without telling anything of them. */
  readonly id: string;
  readonly bytes: Secret<Buffer>;
}

const keyBytes = 32;
const commandTimeoutMs = 30_000;
const commandOutputBytesMax = 4_096;
const othersMask = 0o077;

/** @throws StartRefused `master-key-missing`, `-too-open` or `-malformed`. Messages never hold any of the key. */
export async function loadMasterKey(source: MasterKeySource): Promise<MasterKey> {
  switch (source.from) {
    case 'file':
      return decode(readKeyFile(source.file), source);
    case 'environment': {
      const text = (source.environment ?? process.env)[source.variable];
      if (text === undefined || text === '') throw missing(source, 'the variable is not set');
      return decode(text, source);
    }
    case 'command':
      return decode(await runCommand(source), source);
    default:
      return unreachable(source);
  }
}

/** Makes a new key in a file that is not there yet, readable by its owner only. */
export function makeMasterKeyFile(file: string): MasterKey {
  const bytes = randomBytes(keyBytes);
  try {
    writePrivateFile(file, `${bytes.toString('base64')}\n`);
  } catch (error) {
    throw missing({ from: 'file', file }, `it could not be made: ${reason(error)}`);
  }
  return masterKey(bytes);
}

/** How messages name a place where a key is kept. */
export function describeSource(source: MasterKeySource): string {
  switch (source.from) {
    case 'file':
      return `master key file ${source.file}`;
    case 'environment':
      return `master key in the environment variable ${source.variable}`;
    case 'command':
      return 'master key from the command';
    default:
      return unreachable(source);
  }
}

export const masterKeyFileExists = (source: MasterKeySource): boolean =>
  source.from === 'file' && existsSync(source.file);

function readKeyFile(file: string): string {
  const source = { from: 'file', file } as const;
  try {
    const { mode } = statSync(file);
    if ((mode & othersMask) !== 0) {
      const octal = (mode & 0o777).toString(8).padStart(4, '0');
      throw new StartRefused(
        'master-key-too-open',
        `the ${describeSource(source)} may be read by others (mode ${octal}); run: chmod 600 ${file}`,
      );
    }
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof StartRefused) throw error;
    const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw missing(source, absent ? 'there is no such file' : reason(error));
  }
}

function runCommand(source: Extract<MasterKeySource, { from: 'command' }>): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { timeout: commandTimeoutMs, maxBuffer: commandOutputBytesMax, encoding: 'utf8' } as const;
    const child = execFile('/bin/sh', ['-c', source.command], options, (error, stdout) => {
      if (error === null) resolve(stdout);
      else
        reject(
          missing(source, error.killed === true ? 'it took too long' : `it failed (exit code ${error.code ?? '?'})`),
        );
    });
    child.stdin?.end();
  });
}

function decode(text: string, source: MasterKeySource): MasterKey {
  const trimmed = text.trim();
  const bytes = /^[A-Za-z0-9+/]{43}=$/.test(trimmed) ? Buffer.from(trimmed, 'base64') : Buffer.alloc(0);
  if (bytes.length !== keyBytes) {
    throw new StartRefused('master-key-malformed', `the ${describeSource(source)} is not ${keyBytes} bytes in base64`);
  }
  return masterKey(bytes);
}

const masterKey = (bytes: Buffer): MasterKey => ({
  id: createHmac('sha256', bytes).update('sallyport master key id').digest('hex').slice(0, 16),
  bytes: new Secret(bytes),
});

const missing = (source: MasterKeySource, why: string): StartRefused =>
  new StartRefused('master-key-missing', `the ${describeSource(source)} cannot be read: ${why}`);

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));
