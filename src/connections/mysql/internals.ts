import type { Duplex } from 'node:stream';
import type { Connection } from 'mysql2';

/** What is used of mysql2 beyond its documented face (3.24); the real-server tests would notice a change. */
interface Internals {
  stream: Duplex;
  startTLS: (onSecure: (error?: Error) => void) => void;
  handlePacket: (packet: unknown) => void;
  readonly packetParser: { execute(data: Buffer): void };
}

/**
 * Lets `handshake` do the TLS that mysql2 would do itself: mysql2 checks an IP address against the name `localhost`, and tells neither the
 * certificate nor the time it took.
 */
export function useTls(connection: Connection, handshake: (plain: Duplex) => Promise<Duplex>): Upgrade {
  const internals = connection as unknown as Internals;
  const upgrade = async (plain: Duplex): Promise<void> => {
    plain.removeAllListeners('data');
    plain.pause();
    const secure = await handshake(plain);
    // mysql2 listens for errors on the plain stream.
    secure.on('error', (error) => plain.destroy(error));
    secure.on('data', (data: Buffer) => internals.packetParser.execute(data));
    internals.stream = secure;
  };
  const state: { running?: Promise<void> } = {};
  internals.startTLS = (onSecure) => {
    state.running = upgrade(internals.stream);
    state.running.then(
      () => onSecure(),
      (error: Error) => internals.stream.destroy(error),
    );
  };
  return {
    explain: async (lost) => {
      try {
        await state.running;
        return lost;
      } catch (handshakeFailure) {
        return handshakeFailure;
      }
    },
  };
}

/** mysql2 sees a failed handshake as a lost connection: this gives the error of the handshake if it was that. */
export interface Upgrade {
  explain(lost: unknown): Promise<unknown>;
}

/** A packet that mysql2 cannot read throws out of the socket's data event, which would end the process: it ends the connection instead. */
export function guardParser(connection: Connection): void {
  const internals = connection as unknown as Internals;
  const handlePacket = internals.handlePacket.bind(internals);
  internals.handlePacket = (packet) => {
    try {
      handlePacket(packet);
    } catch (error) {
      internals.stream.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  };
}
