import { PgError, protocolViolation, unreachable } from '../../errors/index.ts';
import type { Format, Oid } from '../handler.ts';
import { BodyReader } from './body-reader.ts';
import type { Frame } from './frame.ts';
import type { FrameLimit } from './frame-reader.ts';

/** The messages of a client in a session. Source: PostgreSQL 16 §55.7. */
export type FrontendMessage =
  | { readonly kind: 'query'; readonly text: string }
  | { readonly kind: 'parse'; readonly name: string; readonly text: string; readonly types: readonly Oid[] }
  | BindMessage
  | { readonly kind: 'describe'; readonly target: Target; readonly name: string }
  | { readonly kind: 'execute'; readonly portal: string; readonly maxRows: number }
  | { readonly kind: 'close'; readonly target: Target; readonly name: string }
  | { readonly kind: 'sync' }
  | { readonly kind: 'flush' }
  | { readonly kind: 'terminate' }
  | { readonly kind: 'function-call' }
  | { readonly kind: 'copy' };

export interface BindMessage {
  readonly kind: 'bind';
  readonly portal: string;
  readonly statement: string;
  readonly parameterFormats: readonly Format[];
  readonly values: readonly (Buffer | null)[];
  readonly resultFormats: readonly Format[];
}

export type Target = 'statement' | 'portal';
export type FrontendKind = FrontendMessage['kind'];

/** Every type byte that a session may receive. CopyData, CopyDone and CopyFail are all `copy`. */
const kinds: readonly (FrontendKind | undefined)[] = byTypeByte({
  Q: 'query',
  P: 'parse',
  B: 'bind',
  D: 'describe',
  E: 'execute',
  C: 'close',
  S: 'sync',
  H: 'flush',
  X: 'terminate',
  F: 'function-call',
  d: 'copy',
  c: 'copy',
  f: 'copy',
});

/** The types whose messages are a few bytes: PostgreSQL takes a longer one for a lost stream. */
const smallMessage: FrameLimit = { bytes: 10_000, skippable: false };

/** The limit of each type, given the one of large messages, as it is at the time. The function throws as {@link frontendKind}; one serves all sessions. */
export function frontendLimits(limits: { readonly messageBytesMax: number }): (type: number) => FrameLimit {
  let largeMessage: FrameLimit = { bytes: limits.messageBytesMax, skippable: true };
  return (type) => {
    if (isSmall(frontendKind(type))) return smallMessage;
    if (largeMessage.bytes !== limits.messageBytesMax)
      largeMessage = { bytes: limits.messageBytesMax, skippable: true };
    return largeMessage;
  };
}

function isSmall(kind: FrontendKind): boolean {
  switch (kind) {
    case 'describe':
    case 'execute':
    case 'close':
    case 'sync':
    case 'flush':
    case 'terminate':
      return true;
    default:
      return false;
  }
}

/** @throws PgError FATAL 08P01 for a type byte that no client may send here: the stream can no longer be trusted. */
export function frontendKind(type: number): FrontendKind {
  const kind = kinds[type];
  if (kind === undefined) throw protocolViolation(`invalid frontend message type ${type}`, { severity: 'FATAL' });
  return kind;
}

/** @throws PgError 08P01 for a body that does not fit its type, 22021 for text that is no UTF-8, 22023 for an unknown format code. */
export function decodeFrontend(kind: FrontendKind, { data, start, end }: Frame): FrontendMessage {
  const reader = new BodyReader(data, start, end);
  switch (kind) {
    case 'query':
      return whole(reader, { kind, text: reader.cstring() });
    case 'parse':
      return parse(reader);
    case 'bind':
      return bind(reader);
    case 'describe':
      return whole(reader, { kind, target: target(reader, 'DESCRIBE'), name: reader.cstring() });
    case 'execute':
      return whole(reader, { kind, portal: reader.cstring(), maxRows: reader.int32() });
    case 'close':
      return whole(reader, { kind, target: target(reader, 'CLOSE'), name: reader.cstring() });
    case 'sync':
    case 'flush':
    case 'terminate':
      return whole(reader, { kind });
    case 'function-call':
    case 'copy':
      return { kind };
    default:
      return unreachable(kind);
  }
}

function byTypeByte(letters: Readonly<Record<string, FrontendKind>>): readonly (FrontendKind | undefined)[] {
  const table = new Array<FrontendKind | undefined>(256).fill(undefined);
  for (const [letter, kind] of Object.entries(letters)) table[letter.charCodeAt(0)] = kind;
  return table;
}

function whole<M extends FrontendMessage>(reader: BodyReader, message: M): M {
  reader.end();
  return message;
}

function target(reader: BodyReader, message: string): Target {
  const subtype = reader.uint8();
  if (subtype === 0x53) return 'statement';
  if (subtype === 0x50) return 'portal';
  throw protocolViolation(`invalid ${message} message subtype ${subtype}`);
}

function parse(reader: BodyReader): FrontendMessage {
  const name = reader.cstring();
  const text = reader.cstring();
  const types = times(reader.uint16(), () => reader.uint32());
  return whole(reader, { kind: 'parse', name, text, types });
}

function bind(reader: BodyReader): FrontendMessage {
  const portal = reader.cstring();
  const statement = reader.cstring();
  const parameterFormats = times(reader.uint16(), () => format(reader));
  const values = times(reader.uint16(), () => value(reader));
  const resultFormats = times(reader.uint16(), () => format(reader));
  return whole(reader, { kind: 'bind', portal, statement, parameterFormats, values, resultFormats });
}

function value(reader: BodyReader): Buffer | null {
  const length = reader.int32();
  return length === -1 ? null : reader.bytes(length);
}

function format(reader: BodyReader): Format {
  const code = reader.int16();
  if (code === 0) return 'text';
  if (code === 1) return 'binary';
  throw new PgError('invalid_parameter_value', `unsupported format code: ${code}`);
}

/** A count is believed only as far as the body has bytes for it: each read checks its end. */
function times<T>(count: number, read: () => T): T[] {
  const items: T[] = [];
  for (let index = 0; index < count; index += 1) items.push(read());
  return items;
}
