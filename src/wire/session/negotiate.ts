import { protocolViolation } from '../../errors/index.ts';
import type { Log } from '../../telemetry/index.ts';
import { postgresqlAlpn, type TlsDoor } from '../auth/tls-door.ts';
import { decodeStartupPacket, negotiateProtocolVersion, type StartupPacket } from '../codec/index.ts';
import type { Handler, StartupParameters } from '../handler.ts';
import type { WireLimits } from '../limits.ts';
import { type ClientStream, openClientStream } from './client-stream.ts';
import type { CancelRegistry } from './registry.ts';

export interface NegotiationContext {
  readonly handler: Handler;
  readonly registry: CancelRegistry;
  readonly limits: WireLimits;
  readonly log: Log;
  /** Null: TLS is not offered. */
  readonly tls: TlsDoor | null;
}

/** The client's stream; TLS puts another in its place. */
export interface StreamHolder {
  stream: ClientStream;
  /** A TLS handshake is under way: nothing can be said to the client. */
  handshaking?: boolean;
}

/** The first byte of a TLS handshake record. */
const tlsHandshakeByte = 0x16;

/**
 * Answers the packets before a session up to StartupMessage. Null when the connection has served its purpose (CancelRequest) or ended.
 * Encryption may be asked for once of each kind, as PostgreSQL has it. Source: PostgreSQL 17 §54.2.10–12.
 * @throws PgError FATAL
 */
export async function negotiate(holder: StreamHolder, context: NegotiationContext): Promise<StartupParameters | null> {
  if (offersTls(holder, context) && (await holder.stream.input.firstByte()) === tlsHandshakeByte) {
    if (!(await startDirectTls(holder, context))) return null;
  }
  const asked = new Set<StartupPacket['kind']>();
  for (;;) {
    const frame = await holder.stream.input.nextUntyped();
    if (frame === null) return null;
    const packet = decodeStartupPacket(frame.body);
    switch (packet.kind) {
      case 'ssl-request':
      case 'gssenc-request':
        if (asked.has(packet.kind)) return null;
        asked.add(packet.kind);
        if (packet.kind === 'gssenc-request' || !offersTls(holder, context)) holder.stream.socket.write('N');
        else if (!(await startTls(holder, context))) return null;
        break;
      case 'cancel-request':
        if (!context.registry.cancel(packet.key)) context.handler.cancel(packet.key);
        return null;
      case 'startup':
        sayVersion(holder.stream, packet);
        return packet.startup;
    }
  }
}

function sayVersion({ output }: ClientStream, { negotiation }: Extract<StartupPacket, { kind: 'startup' }>): void {
  if (negotiation === null) return;
  negotiateProtocolVersion(output.writer, negotiation.protocolVersion, negotiation.unknownOptions);
}

/** As in PostgreSQL there is no TLS on a Unix-domain socket, and none inside of TLS. */
function offersTls({ stream }: StreamHolder, { tls }: NegotiationContext): boolean {
  return tls !== null && stream.peer.transport === 'tcp' && !stream.peer.encrypted;
}

/** @throws PgError FATAL 08P01 for bytes behind the request: somebody stuffed them in before encryption (CVE-2021-23214). */
async function startTls(holder: StreamHolder, context: NegotiationContext): Promise<boolean> {
  if (holder.stream.input.bufferedBytes > 0) {
    throw protocolViolation('received unencrypted data after SSL request', {
      severity: 'FATAL',
      detail: 'This could be either a client-software bug or evidence of an attempted man-in-the-middle attack.',
    });
  }
  holder.stream.input.detach();
  holder.stream.socket.write('S');
  return handshake(holder, context);
}

async function startDirectTls(holder: StreamHolder, context: NegotiationContext): Promise<boolean> {
  const { input, socket } = holder.stream;
  socket.unshift(input.detach());
  return handshake(holder, context, postgresqlAlpn);
}

async function handshake(holder: StreamHolder, context: NegotiationContext, wantedAlpn?: string): Promise<boolean> {
  const { socket, peer } = holder.stream;
  holder.handshaking = true;
  try {
    const encrypted = await context.tls?.handshake(socket);
    if (encrypted === undefined) return false;
    const certificateName = encrypted.authorized ? commonName(encrypted.getPeerCertificate().subject?.CN) : undefined;
    const encryptedPeer = { ...peer, encrypted: true, ...(certificateName === undefined ? {} : { certificateName }) };
    holder.stream = openClientStream(encrypted, encryptedPeer, context.limits);
    return wantedAlpn === undefined || encrypted.alpnProtocol === wantedAlpn;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    context.log.info({ address: peer.address, code }, 'TLS handshake failed');
    socket.destroy();
    return false;
  } finally {
    holder.handshaking = false;
  }
}

/** A subject with several common names is nobody in particular. */
function commonName(name: string | readonly string[] | undefined): string | undefined {
  return typeof name === 'string' ? name : undefined;
}
