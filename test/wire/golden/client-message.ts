import { typeOids } from '../../../src/wire/codec/index.ts';
import { startupPacket, typed, untyped } from '../../support/wire-client.ts';

interface Fields {
  readonly [name: string]: unknown;
}

const list = (items: unknown): readonly unknown[] => (Array.isArray(items) ? items : []);
const string = (text: unknown): string => (typeof text === 'string' ? text : '');
const utf8 = (text: unknown): Buffer => Buffer.from(`${string(text)}\0`, 'utf8');

function int16(number: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(number & 0xffff);
  return bytes;
}

function int32(number: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(number | 0);
  return bytes;
}

const counted = (items: readonly Buffer[]): Buffer => Buffer.concat([int16(items.length), ...items]);

/** A parameter: text, NULL, or `{"hex":"…"}` for bytes. */
function value(item: unknown): Buffer {
  if (item === null) return int32(-1);
  const bytes =
    typeof item === 'object' ? Buffer.from((item as { hex: string }).hex, 'hex') : Buffer.from(string(item), 'utf8');
  return Buffer.concat([int32(bytes.length), bytes]);
}

function oid(type: unknown): Buffer {
  return int32(typeof type === 'number' ? type : (typeOids[type as keyof typeof typeOids] ?? 0));
}

/**
 * The bytes of one client line: a message's name and its fields as JSON (`Parse {"name":"a","text":"SELECT 1"}`, `Query "SELECT 1"`).
 * `Message` and `Bytes` write what no client library would.
 */
export function clientBytes(line: string): Buffer {
  const [, kind = '', json = ''] = /^(\w+)(?: (.*))?$/s.exec(line) ?? [];
  const field: unknown = json === '' ? {} : JSON.parse(json);
  const fields = (typeof field === 'object' ? field : {}) as Fields;
  const build = builders[kind];
  if (build === undefined) throw new Error(`no client message is called ${kind}`);
  return build(fields, field);
}

const builders: Readonly<Record<string, (fields: Fields, whole: unknown) => Buffer>> = {
  Query: (_, text) => typed('Q', utf8(text)),
  Parse: ({ name, text, types }) => typed('P', Buffer.concat([utf8(name), utf8(text), counted(list(types).map(oid))])),
  Bind: ({ portal, statement, formats, values, results }) =>
    typed(
      'B',
      Buffer.concat([
        utf8(portal),
        utf8(statement),
        counted(list(formats).map((format) => int16(Number(format)))),
        counted(list(values).map(value)),
        counted(list(results).map((format) => int16(Number(format)))),
      ]),
    ),
  DescribeStatement: (_, name) => typed('D', Buffer.concat([Buffer.from('S'), utf8(name)])),
  DescribePortal: (_, name) => typed('D', Buffer.concat([Buffer.from('P'), utf8(name)])),
  Execute: ({ portal, rows }) => typed('E', Buffer.concat([utf8(portal), int32(Number(rows ?? 0))])),
  CloseStatement: (_, name) => typed('C', Buffer.concat([Buffer.from('S'), utf8(name)])),
  ClosePortal: (_, name) => typed('C', Buffer.concat([Buffer.from('P'), utf8(name)])),
  Sync: () => typed('S'),
  Flush: () => typed('H'),
  Terminate: () => typed('X'),
  FunctionCall: () => typed('F', Buffer.concat([int32(1), int16(0), int16(0), int16(0)])),
  CopyData: (_, text) => typed('d', Buffer.from(string(text))),
  CopyDone: () => typed('c'),
  CopyFail: (_, text) => typed('f', utf8(text)),
  Startup: (fields) => {
    const { version, ...parameters } = fields as Record<string, string>;
    const [major = '3', minor = '0'] = (version ?? '3.0').split('.');
    return startupPacket(parameters, (Number(major) << 16) | Number(minor));
  },
  SSLRequest: () => untyped(80_877_103),
  GSSENCRequest: () => untyped(80_877_104),
  CancelRequest: ({ processId, secret }) =>
    untyped(80_877_102, Buffer.concat([int32(Number(processId)), Buffer.from(string(secret), 'hex')])),
  Message: ({ type, hex, length }) => {
    const message = typed(string(type), Buffer.from(string(hex), 'hex'));
    if (length !== undefined) message.writeInt32BE(Number(length), 1);
    return message;
  },
  Bytes: (_, hex) => Buffer.from(string(hex), 'hex'),
};
