import type { AuthenticatedStream } from '../connections/index.ts';
import { notice, type PgError } from '../errors/index.ts';
import {
  backendKeyData,
  errorResponse,
  MessageWriter,
  noticeResponse,
  parameterStatus,
  readyForQuery,
} from '../wire/codec/index.ts';
import type { RelayRequest } from './contract.ts';

/** The answer to the client's start-up: the server's parameters, a key of ours, and what it is connected to if it asked. */
export function startAnswer(request: RelayRequest, server: AuthenticatedStream, withNotice: boolean): Buffer {
  const out = new MessageWriter();
  for (const [name, value] of server.parameters) parameterStatus(out, name, value);
  backendKeyData(out, request.key.processId, request.key.secret);
  if (withNotice) noticeResponse(out, relayedNotice(request, server));
  readyForQuery(out, 'idle');
  return out.take();
}

export function fatal(error: PgError): Buffer {
  const out = new MessageWriter();
  errorResponse(out, error, 'FATAL');
  return out.take();
}

function relayedNotice({ role, connection, client }: RelayRequest, server: AuthenticatedStream) {
  const { fullName, tunnelName } = connection;
  const version = server.parameters.get('server_version');
  const facts = [
    `Way: ${tunnelName === null ? 'no tunnel' : `SSH tunnel "${tunnelName}"`}.`,
    `Client: ${client.encrypted ? 'TLS' : 'no TLS'}.`,
    `Server: ${version === undefined ? 'no version' : `version ${version}`}, process ${server.processId ?? 'unknown'}.`,
  ];
  return notice('successful_completion', `role "${role.name}" is connected to connection "${fullName}"`, {
    detail: facts.join(' '),
  });
}
