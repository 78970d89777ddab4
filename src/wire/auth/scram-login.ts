import { TLSSocket } from 'node:tls';
import { PgError, protocolViolation } from '../../errors/index.ts';
import {
  authenticationSasl,
  authenticationSaslContinue,
  authenticationSaslFinal,
  BodyReader,
  type FrameLimit,
} from '../codec/index.ts';
import type { ScramVerifier } from '../handler.ts';
import type { ClientStream } from '../session/client-stream.ts';
import { serverEndPoint } from './certificate-digest.ts';
import { type ScramStep, scramMechanism, scramPlusMechanism, startScram } from './scram.ts';

const passwordMessage = 'p'.charCodeAt(0);

/**
 * Runs the SCRAM exchange with a client. True when it proved that it knows the password, false when not, null when it left.
 * `beforeAnswer` delays the answer to a client that guesses.
 * @throws PgError FATAL 08P01, 28000, 0A000
 */
export async function proveByScram(
  stream: ClientStream,
  verifier: ScramVerifier,
  messageBytesMax: number,
  beforeAnswer: () => Promise<void>,
): Promise<boolean | null> {
  const { output } = stream;
  const channelBinding = bindingOf(stream);
  const mechanisms = channelBinding === null ? [scramMechanism] : [scramPlusMechanism, scramMechanism];
  authenticationSasl(output.writer, mechanisms);
  output.flush();
  const first = await passwordBytes(stream, messageBytesMax);
  if (first === null) return null;
  const { mechanism, data } = readInitialResponse(first);
  if (!mechanisms.includes(mechanism)) {
    throw protocolViolation('client selected an invalid SASL authentication mechanism', { severity: 'FATAL' });
  }
  const step = startScram(mechanism, data, { verifier, channelBinding });
  await beforeAnswer();
  return finish(stream, step, messageBytesMax);
}

async function finish(stream: ClientStream, step: ScramStep, messageBytesMax: number): Promise<boolean | null> {
  const { output } = stream;
  authenticationSaslContinue(output.writer, step.serverFirst);
  output.flush();
  const last = await passwordBytes(stream, messageBytesMax);
  if (last === null) return null;
  const serverFinal = step.finish(last.toString('utf8'));
  if (serverFinal === null) return false;
  authenticationSaslFinal(output.writer, serverFinal);
  return true;
}

/** The body of the next message, which must be a password message; null when the client left (psql does, to ask for the password). */
async function passwordBytes(stream: ClientStream, messageBytesMax: number): Promise<Buffer | null> {
  const frame = await stream.input.next((type) => limitOf(type, messageBytesMax));
  return frame?.body ?? null;
}

function limitOf(type: number, bytes: number): FrameLimit {
  if (type === passwordMessage) return { bytes, skippable: false };
  throw protocolViolation(`expected SASL response, got message type ${type}`, { severity: 'FATAL' });
}

function readInitialResponse(body: Buffer): { mechanism: string; data: string } {
  try {
    const reader = new BodyReader(body);
    const mechanism = reader.cstring();
    const data = reader.bytes(reader.int32()).toString('utf8');
    reader.end();
    return { mechanism, data };
  } catch (error) {
    const detail = error instanceof PgError ? error.message : undefined;
    throw protocolViolation('malformed SASL response', { severity: 'FATAL', detail });
  }
}

function bindingOf({ socket }: ClientStream): Uint8Array | null {
  if (!(socket instanceof TLSSocket)) return null;
  const certificate = socket.getCertificate();
  return certificate !== null && 'raw' in certificate && certificate.raw instanceof Uint8Array
    ? serverEndPoint(certificate.raw)
    : null;
}
