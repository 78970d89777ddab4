import { PgError, protocolViolation } from '../../errors/index.ts';
import type { CancelKey, StartupParameters } from '../handler.ts';
import { BodyReader } from './body-reader.ts';

/** A packet without a type byte. Source: PostgreSQL 18 §54.7. */
export type StartupPacket =
  | { readonly kind: 'ssl-request' }
  | { readonly kind: 'gssenc-request' }
  | { readonly kind: 'cancel-request'; readonly key: CancelKey }
  | { readonly kind: 'startup'; readonly startup: StartupParameters; readonly negotiation: Negotiation | null };

/** What NegotiateProtocolVersion must say: the version that will be spoken and the options that are not known. */
export interface Negotiation {
  readonly protocolVersion: number;
  readonly unknownOptions: readonly string[];
}

export const protocol30 = 196_608;
export const protocol32 = 196_610;

const sslRequestCode = 80_877_103;
const gssencRequestCode = 80_877_104;
const cancelRequestCode = 80_877_102;
const cancelSecretBytesMax = 256;

/** @throws PgError FATAL 08P01 for a malformed packet, 0A000 for another major version, 28000 without a user. */
export function decodeStartupPacket(body: Buffer): StartupPacket {
  const code = body.readUInt32BE(0);
  if (code === sslRequestCode) return bare('ssl-request', body);
  if (code === gssencRequestCode) return bare('gssenc-request', body);
  if (code === cancelRequestCode) return cancelRequest(body);
  return startup(code, body);
}

function bare(kind: 'ssl-request' | 'gssenc-request', body: Buffer): StartupPacket {
  if (body.length !== 4) throw protocolViolation('invalid length of startup packet', { severity: 'FATAL' });
  return { kind };
}

function cancelRequest(body: Buffer): StartupPacket {
  const secretBytes = body.length - 8;
  if (secretBytes < 4 || secretBytes > cancelSecretBytesMax) {
    throw protocolViolation('invalid length of query cancel packet', { severity: 'FATAL' });
  }
  const key = { processId: body.readInt32BE(4), secret: Buffer.from(body.subarray(8)) };
  return { kind: 'cancel-request', key };
}

function startup(code: number, body: Buffer): StartupPacket {
  const major = code >>> 16;
  const minor = code & 0xffff;
  if (major !== 3) {
    throw new PgError(
      'feature_not_supported',
      `unsupported frontend protocol ${major}.${minor}: server supports 3.0 to 3.2`,
      { severity: 'FATAL' },
    );
  }
  const { options, unknownOptions } = optionList(body);
  const protocolVersion = Math.min(code, protocol32);
  const negotiation = code > protocol32 || unknownOptions.length > 0 ? { protocolVersion, unknownOptions } : null;
  return { kind: 'startup', startup: parameters(options, protocolVersion), negotiation };
}

function optionList(body: Buffer): { options: Map<string, string>; unknownOptions: string[] } {
  if (body.at(-1) !== 0) throw badLayout();
  const reader = new BodyReader(body.subarray(4));
  const options = new Map<string, string>();
  const unknownOptions: string[] = [];
  for (;;) {
    const name = fatalText(reader);
    if (name === '') break;
    const value = reader.remainingBytes === 0 ? null : fatalText(reader);
    if (value === null) throw badLayout();
    if (name.startsWith('_pq_.')) unknownOptions.push(name);
    else options.set(name, value);
  }
  if (reader.remainingBytes > 0) throw badLayout();
  return { options, unknownOptions };
}

/** Before a session every error ends the connection. */
function fatalText(reader: BodyReader): string {
  try {
    return reader.cstring();
  } catch (error) {
    if (error instanceof PgError && error.code === '22021') {
      throw new PgError('character_not_in_repertoire', error.message, { severity: 'FATAL' });
    }
    throw badLayout();
  }
}

function parameters(options: Map<string, string>, protocolVersion: number): StartupParameters {
  const user = options.get('user') ?? '';
  if (user === '') {
    throw new PgError('invalid_authorization_specification', 'no PostgreSQL user name specified in startup packet', {
      severity: 'FATAL',
    });
  }
  const database = options.get('database') ?? '';
  return { user, database: database === '' ? user : database, parameters: options, protocolVersion };
}

function badLayout(): PgError {
  return protocolViolation('invalid startup packet layout: expected terminator as last byte', { severity: 'FATAL' });
}
