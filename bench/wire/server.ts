// The protocol room alone, as built, in a process of its own: `app` logs in with SCRAM, everybody else is trusted. Prints its ports.
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type * as Wire from '../../src/wire/index.ts';
import { silentLog } from '../../src/telemetry/index.ts';
import { FixedSession } from './fixed-session.ts';

// What is run by tsx names every closure that it makes: that is neither the speed nor the size of the server.
const built: string = '../../dist/wire/index.js';
const { listenWire, scramVerifier } = (await import(built)) as typeof Wire;

const [certFile = '', keyFile = '', password = ''] = process.argv.slice(2);

function stored(): string {
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, 4096, 32, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  const storedKey = createHash('sha256').update(clientKey).digest('base64');
  const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64');
  return `SCRAM-SHA-256$4096:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}

const verifier = scramVerifier(stored());
const handler: Wire.Handler = {
  verifier: async ({ user }) => (user === 'app' && verifier !== null ? verifier : { method: 'trust' }),
  enter: async () => new FixedSession(),
  cancel: () => {},
};
const tls = { cert: readFileSync(certFile), key: readFileSync(keyFile) };
const listener = await listenWire({ handler, port: 0, tls, log: silentLog });

/** The least that a Node server can do: one fixed answer to a start, one to a query, whatever way pgbench asks it. */
const bare = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => {});
  socket.once('data', () => {
    socket.write(Buffer.from('5200000008000000005a0000000549', 'hex'));
    socket.on('data', (chunk) => {
      if (chunk[0] === 0x58) socket.end();
      else socket.write(answerTo(chunk));
    });
  });
});

const hex = (digits: string): Buffer => Buffer.from(digits.replaceAll(' ', ''), 'hex');
const oneRow = hex(
  '540000002100013f636f6c756d6e3f0000000000000000000017 0004ffffffff0000 440000000b00010000000131 430000000d53454c454354203100 5a0000000549',
);
const boundRow = Buffer.concat([hex('3200000004'), oneRow]);
const parsedRow = Buffer.concat([hex('3100000004'), boundRow]);
const parsed = hex('3100000004 5a0000000549');

/** Query, Bind with what follows, or Parse: alone, when pgbench prepares, or with Bind behind it. */
function answerTo(chunk: Buffer): Buffer {
  if (chunk[0] === 0x51) return oneRow;
  if (chunk[0] === 0x42) return boundRow;
  return chunk[1 + chunk.readInt32BE(1)] === 0x42 ? parsedRow : parsed;
}

bare.listen(0, '127.0.0.1', () => {
  const address = bare.address();
  const barePort = typeof address === 'object' ? address?.port : 0;
  process.stdout.write(`${JSON.stringify({ port: listener.address.port, barePort })}\n`);
});
