import type { ErrorSeverity, PgError, PgNotice } from '../../errors/index.ts';
import type { Column, Format, Oid, TransactionStatus } from '../handler.ts';
import { formatAt } from './format-at.ts';
import type { MessageWriter } from './message-writer.ts';

/** Writers of backend messages, one function each. Source: PostgreSQL 16 §55.7. */

export function authenticationOk(out: MessageWriter): void {
  out.begin('R').int32(0).end();
}

export function authenticationSasl(out: MessageWriter, mechanisms: readonly string[]): void {
  out.begin('R').int32(10);
  for (const mechanism of mechanisms) out.cstring(mechanism);
  out.uint8(0).end();
}

export function authenticationSaslContinue(out: MessageWriter, data: string): void {
  out.begin('R').int32(11).text(data).end();
}

export function authenticationSaslFinal(out: MessageWriter, data: string): void {
  out.begin('R').int32(12).text(data).end();
}

export function negotiateProtocolVersion(
  out: MessageWriter,
  protocolVersion: number,
  unknownOptions: readonly string[],
): void {
  out.begin('v').int32(protocolVersion).int32(unknownOptions.length);
  for (const option of unknownOptions) out.cstring(option);
  out.end();
}

export function parameterStatus(out: MessageWriter, name: string, value: string): void {
  out.begin('S').cstring(name).cstring(value).end();
}

export function backendKeyData(out: MessageWriter, processId: number, secret: Uint8Array): void {
  out.begin('K').int32(processId).bytes(secret).end();
}

const statusLetters: Record<TransactionStatus, number> = { idle: 0x49, open: 0x54, failed: 0x45 };

export function readyForQuery(out: MessageWriter, status: TransactionStatus): void {
  out.begin('Z').uint8(statusLetters[status]).end();
}

/** `formats` as Bind gave them; empty where they are not known yet (Describe of a statement). */
export function rowDescription(out: MessageWriter, columns: readonly Column[], formats: readonly Format[]): void {
  out.begin('T').uint16(columns.length);
  for (const [index, column] of columns.entries()) {
    out
      .cstring(column.name)
      .uint32(column.tableOid)
      .int16(column.columnNumber)
      .uint32(column.type)
      .int16(column.typeSize)
      .int32(column.typeModifier)
      .int16(formatAt(formats, index) === 'binary' ? 1 : 0);
  }
  out.end();
}

export function parameterDescription(out: MessageWriter, types: readonly Oid[]): void {
  out.begin('t').uint16(types.length);
  for (const type of types) out.uint32(type);
  out.end();
}

export function commandComplete(out: MessageWriter, tag: string): void {
  out.begin('C').cstring(tag).end();
}

/** The messages that are a type and nothing else. */
const bare =
  (letter: string) =>
  (out: MessageWriter): void =>
    void out.begin(letter).end();

export const parseComplete = bare('1');
export const bindComplete = bare('2');
export const closeComplete = bare('3');
export const noData = bare('n');
export const emptyQueryResponse = bare('I');
export const portalSuspended = bare('s');

/** `severity` is given where an error ends the connection, whatever it was thrown as. */
export function errorResponse(out: MessageWriter, error: PgError, severity: ErrorSeverity = error.severity): void {
  out.begin('E');
  field(out, 'S', severity);
  field(out, 'V', severity);
  field(out, 'C', error.code);
  field(out, 'M', error.message);
  field(out, 'D', error.detail);
  field(out, 'H', error.hint);
  field(out, 'P', error.position1 === undefined ? undefined : String(error.position1));
  field(out, 's', error.schema);
  field(out, 't', error.table);
  field(out, 'c', error.column);
  field(out, 'n', error.constraint);
  out.uint8(0).end();
}

export function noticeResponse(out: MessageWriter, notice: PgNotice): void {
  out.begin('N');
  field(out, 'S', notice.severity);
  field(out, 'V', notice.severity);
  field(out, 'C', notice.code);
  field(out, 'M', notice.message);
  field(out, 'D', notice.detail);
  field(out, 'H', notice.hint);
  out.uint8(0).end();
}

function field(out: MessageWriter, letter: string, value: string | undefined): void {
  if (value !== undefined) out.uint8(letter.charCodeAt(0)).cstring(value);
}
