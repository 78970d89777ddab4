import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { firstData } from '../first-data.ts';
import { hostPort } from '../rules.ts';
import { startTls } from '../tls-handshake.ts';
import { StepFailed, type Trace } from '../trace.ts';
import type { PostgresDetails } from './details.ts';

/** Source: PostgreSQL 16 §55.2.11. */
const sslRequest = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

/** Asks for TLS on an open stream and starts it. @throws PgError of stage `tls`. */
export async function requestTls(trace: Trace, stream: Duplex, details: PostgresDetails): Promise<TLSSocket> {
  const target = hostPort(details.host, details.port);
  const peer = { ...details, uncheckedMode: 'SSL MODE require' };
  return await startTls(trace, stream, details.tls, peer, async (signal) => {
    stream.write(sslRequest);
    const answer = await firstData(stream, signal);
    const refusal = refused(answer, target);
    if (refusal !== undefined) throw refusal;
  });
}

function refused(answer: Buffer, target: string): StepFailed | undefined {
  const [first] = answer;
  // More bytes than the answer would be taken for encrypted ones (CVE-2021-23222).
  if (first === 0x53 && answer.length === 1) return undefined;
  if (first === 0x4e) {
    return new StepFailed({
      message: `${target} does not offer TLS`,
      hint: 'Switch TLS on in the server (ssl = on, with a certificate), or set SSL MODE disable if the way to it is private.',
    });
  }
  return new StepFailed({
    message: `${target} did not answer the request for TLS as PostgreSQL does`,
    hint: 'Check host and port: something else may be listening there.',
  });
}
