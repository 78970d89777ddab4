import { decodeStartupPacket, negotiateProtocolVersion } from '../codec/index.ts';
import type { Handler, StartupParameters } from '../handler.ts';
import type { ClientStream } from './client-stream.ts';
import type { CancelRegistry } from './registry.ts';

export interface Negotiated {
  /** The stream to go on with: another one after TLS. */
  readonly stream: ClientStream;
  readonly parameters: StartupParameters;
}

export interface NegotiationContext {
  readonly handler: Handler;
  readonly registry: CancelRegistry;
}

/**
 * Answers the packets before a session up to StartupMessage. Null when the connection has served its purpose (CancelRequest) or ended.
 * Encryption may be asked for once of each kind, as PostgreSQL has it. Source: PostgreSQL 16 §55.2.10–12.
 * @throws PgError FATAL
 */
export async function negotiate(stream: ClientStream, context: NegotiationContext): Promise<Negotiated | null> {
  const asked = new Set<string>();
  for (;;) {
    const frame = await stream.input.nextUntyped();
    if (frame === null) return null;
    const packet = decodeStartupPacket(frame.body);
    switch (packet.kind) {
      case 'ssl-request':
      case 'gssenc-request':
        if (asked.has(packet.kind)) return null;
        asked.add(packet.kind);
        stream.socket.write('N');
        break;
      case 'cancel-request':
        if (!context.registry.cancel(packet.key)) context.handler.cancel(packet.key);
        return null;
      case 'startup': {
        const { negotiation, startup } = packet;
        if (negotiation !== null) {
          const { protocolVersion, unknownOptions } = negotiation;
          negotiateProtocolVersion(stream.output.writer, protocolVersion, unknownOptions);
        }
        return { stream, parameters: startup };
      }
    }
  }
}
