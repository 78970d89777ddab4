import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { connect as tlsConnect, type TLSSocket } from 'node:tls';
import { type BackendFrame, typed, untyped, WireClient } from './wire-client.ts';

/** A port that asks for TLS and a password, and who may come in. */
export interface SecuredTarget {
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

const sslRequest = 80_877_103;

/** Connected and encrypted; nothing was said yet. The server's certificate is not looked at: that is libpq's affair. */
export async function encryptedClient(port: number): Promise<WireClient> {
  const client = await WireClient.connect({ port });
  client.send(untyped(sslRequest));
  if ((await client.byte()) !== 'S') throw new Error('the server offers no TLS');
  const { socket } = client;
  for (const event of ['data', 'end', 'close', 'error']) socket.removeAllListeners(event);
  const encrypted = tlsConnect({ socket, rejectUnauthorized: false });
  await new Promise<void>((resolve, reject) => {
    encrypted.once('secureConnect', resolve);
    encrypted.once('error', reject);
  });
  client.listen(encrypted);
  return client;
}

/** Over TLS, logged in with SCRAM-SHA-256-PLUS, at the first ReadyForQuery. */
export async function securedSession(
  target: SecuredTarget,
  parameters: Readonly<Record<string, string>> = {},
): Promise<WireClient> {
  const client = await encryptedClient(target.port);
  client.startup({ user: target.user, database: 'materialize', ...parameters });
  await proveByScram(client, target.password);
  await client.until('Z');
  return client;
}

/** The client's half of SCRAM-SHA-256-PLUS, behind the start-up message; resolves to what came before it. Source: RFC 5802, RFC 5929. */
export async function proveByScram(client: WireClient, password: string): Promise<readonly BackendFrame[]> {
  const asked = await client.until('R');
  const nonce = randomBytes(18).toString('base64');
  const bare = `n=,r=${nonce}`;
  const gs2 = 'p=tls-server-end-point,,';
  const first = Buffer.from(gs2 + bare);
  const length = Buffer.alloc(4);
  length.writeInt32BE(first.length);
  client.send(typed('p', Buffer.concat([Buffer.from('SCRAM-SHA-256-PLUS\0'), length, first])));
  const serverFirst = ((await client.until('R')).at(-1)?.body ?? Buffer.alloc(0)).toString('utf8', 4);
  const [, serverNonce = '', salt = '', iterations = '0'] = /^r=([^,]+),s=([^,]+),i=(\d+)/.exec(serverFirst) ?? [];
  const digest = createHash('sha256')
    .update((client.socket as TLSSocket).getPeerCertificate().raw)
    .digest();
  const binding = Buffer.concat([Buffer.from(gs2), digest]).toString('base64');
  const withoutProof = `c=${binding},r=${serverNonce}`;
  const salted = pbkdf2Sync(password, Buffer.from(salt, 'base64'), Number(iterations), 32, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  const storedKey = createHash('sha256').update(clientKey).digest();
  const signature = createHmac('sha256', storedKey).update(`${bare},${serverFirst},${withoutProof}`).digest();
  const proof = clientKey.map((byte, index) => byte ^ (signature[index] ?? 0));
  client.send(typed('p', `${withoutProof},p=${Buffer.from(proof).toString('base64')}`));
  return asked;
}
