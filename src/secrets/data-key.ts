import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { StartRefused } from '../errors/index.ts';
import { pathIn, writePrivateFile } from '../storage/index.ts';
import {
  type MasterKey,
  type MasterKeySource,
  describeSource,
  loadMasterKey,
  makeMasterKeyFile,
  masterKeyFileExists,
} from './master-key.ts';
import { openBytes, sealBytes } from './sealed-bytes.ts';
import { Secret } from './secret.ts';

const format = 1;
const context = 'data key';
const keyBytes = 32;

/** The data key as the data directory keeps it: wrapped by one master key, or by two while a rekey is under way. */
interface WrappedKeys {
  readonly format: typeof format;
  /** Base64 by master key id. */
  readonly wrapped: Readonly<Record<string, string>>;
}

export interface DataKeyOptions {
  readonly directory: string;
  readonly masterKey: MasterKeySource;
  /** Whether the catalog holds anything sealed: then a key that is missing is never made anew. */
  readonly sealedDataExists: boolean;
}

/**
 * The data key of a data directory, unwrapped. At the first start it is made, and so is the master key file when the
 * source is a file that is not there.
 * @throws StartRefused `master-key-…`, or `damaged` for the wrapped key.
 */
export async function openDataKey({ directory, masterKey, sealedDataExists }: DataKeyOptions): Promise<Secret<Buffer>> {
  const path = pathIn(directory, 'dataKey');
  if (existsSync(path)) return unwrap(path, await loadMasterKey(masterKey), masterKey);
  if (sealedDataExists) {
    throw new StartRefused(
      'damaged',
      `${path} is missing, and the catalog holds values sealed under it; restore a backup`,
    );
  }
  const isNewFile = masterKey.from === 'file' && !masterKeyFileExists(masterKey);
  const master = isNewFile ? makeMasterKeyFile(masterKey.file) : await loadMasterKey(masterKey);
  const dataKey = new Secret(randomBytes(keyBytes));
  writeWrapped(path, [wrap(dataKey, master)]);
  return dataKey;
}

/** @throws StartRefused `master-key-wrong` or `damaged`. */
export function unwrap(path: string, master: MasterKey, source: MasterKeySource): Secret<Buffer> {
  const encoded = readWrapped(path).wrapped[master.id];
  if (encoded === undefined) {
    throw new StartRefused(
      'master-key-wrong',
      `the ${describeSource(source)} is not the one that ${path} is wrapped by`,
    );
  }
  const dataKey = master.bytes.use((bytes) => openBytes(bytes, Buffer.from(encoded, 'base64'), context));
  if (dataKey?.length !== keyBytes) throw damaged(path);
  return new Secret(dataKey);
}

export type WrappedKey = readonly [masterKeyId: string, wrapped: string];

export function wrap(dataKey: Secret<Buffer>, master: MasterKey): WrappedKey {
  const wrapped = dataKey.use((plain) => master.bytes.use((key) => sealBytes(key, plain, context)));
  return [master.id, wrapped.toString('base64')];
}

/** Replaces the file as a whole. */
export function writeWrapped(path: string, keys: readonly WrappedKey[]): void {
  const content: WrappedKeys = { format, wrapped: Object.fromEntries(keys) };
  writePrivateFile(path, `${JSON.stringify(content)}\n`);
}

function readWrapped(path: string): WrappedKeys {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw damaged(path, error);
  }
  if (!isWrappedKeys(content)) throw damaged(path);
  if (content.format > format) {
    throw new StartRefused('newer-format', `${path} was written by a newer release (format ${content.format})`);
  }
  return content;
}

function isWrappedKeys(content: unknown): content is WrappedKeys {
  if (typeof content !== 'object' || content === null) return false;
  const { format: found, wrapped } = content as Partial<Record<keyof WrappedKeys, unknown>>;
  return (
    typeof found === 'number' &&
    typeof wrapped === 'object' &&
    wrapped !== null &&
    Object.values(wrapped).every((value) => typeof value === 'string')
  );
}

const damaged = (path: string, cause?: unknown): StartRefused =>
  new StartRefused('damaged', `${path} is damaged; restore it from a backup`, { cause });
