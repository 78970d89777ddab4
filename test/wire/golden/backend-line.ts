import { typeOids } from '../../../src/wire/codec/index.ts';
import { type BackendFrame, errorFields, rowBytes } from '../../support/wire-client.ts';

const names: Readonly<Record<string, string>> = {
  R: 'Authentication',
  S: 'ParameterStatus',
  K: 'BackendKeyData',
  Z: 'ReadyForQuery',
  T: 'RowDescription',
  D: 'DataRow',
  C: 'CommandComplete',
  E: 'ErrorResponse',
  N: 'NoticeResponse',
  '1': 'ParseComplete',
  '2': 'BindComplete',
  '3': 'CloseComplete',
  n: 'NoData',
  t: 'ParameterDescription',
  s: 'PortalSuspended',
  I: 'EmptyQueryResponse',
  H: 'CopyOutResponse',
  G: 'CopyInResponse',
  d: 'CopyData',
  c: 'CopyDone',
  v: 'NegotiateProtocolVersion',
};

export const letterOf = (name: string): string => Object.keys(names).find((letter) => names[letter] === name) ?? name;

const typeNames = new Map<number, string>(Object.entries(typeOids).map(([name, oid]) => [oid, name]));
const typeName = (oid: number): string => typeNames.get(oid) ?? String(oid);

/** One backend message as one line; what two servers may say differently by chance (process ids, source lines) is left out. */
export function backendLine(frame: BackendFrame): string {
  const name = names[frame.type] ?? `Unknown(${frame.type})`;
  const rest = details(frame);
  return rest === '' ? name : `${name} ${rest}`;
}

function details(frame: BackendFrame): string {
  const { body } = frame;
  switch (frame.type) {
    case 'R':
      return String(body.readInt32BE(0));
    case 'S':
      return body.toString('utf8').split('\0').slice(0, 2).join('=');
    case 'K':
      return `secret of ${body.length - 4} bytes`;
    case 'Z':
      return body.toString('latin1');
    case 'T':
      return columns(body);
    case 'D':
      return JSON.stringify(rowBytes(frame).map(cell));
    case 'C':
      return JSON.stringify(body.toString('utf8', 0, body.length - 1));
    case 't':
      return Array.from({ length: body.readUInt16BE(0) }, (_, index) =>
        typeName(body.readUInt32BE(2 + 4 * index)),
      ).join(' ');
    case 'd':
      return JSON.stringify(body.toString('utf8'));
    case 'v':
      return `${body.readInt32BE(0) >> 16}.${body.readInt32BE(0) & 0xffff} ${body.toString('utf8', 8).split('\0').filter(Boolean).join(' ')}`;
    case 'E':
    case 'N':
      return errorLine(frame);
    default:
      return body.length === 0 ? '' : body.toString('hex');
  }
}

/** Text where the bytes are printable text, hexadecimal otherwise. */
function cell(value: Buffer | null): string | { hex: string } | null {
  if (value === null) return null;
  const text = value.toString('utf8');
  const printable = !/[\p{Cc}\ufffd]/u.test(text);
  return printable ? text : { hex: value.toString('hex') };
}

function columns(body: Buffer): string {
  let offset = 2;
  const described = Array.from({ length: body.readUInt16BE(0) }, () => {
    const end = body.indexOf(0, offset);
    const name = body.toString('utf8', offset, end);
    const type = typeName(body.readUInt32BE(end + 7));
    const size = body.readInt16BE(end + 11);
    const format = body.readInt16BE(end + 17) === 1 ? ' binary' : '';
    offset = end + 19;
    return `${JSON.stringify(name)} ${type}(${size})${format}`;
  });
  return described.join(', ');
}

function errorLine(frame: BackendFrame): string {
  const { S, C, M, P } = errorFields(frame);
  return `${S} ${C} ${JSON.stringify(M)}${P === undefined ? '' : ` at ${P}`}`;
}
