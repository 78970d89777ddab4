import { once } from 'node:events';
import { type Server, type Socket, createServer } from 'node:net';
import { type PgError, flatten } from '../../../src/errors/index.ts';
import type { ReadContext } from '../../../src/query/index.ts';
import type { Reading } from '../../unit/query/reading.ts';

/**
 * Just enough of the simple protocol for psql to talk to a read path without the rest of the server: start-up, Query,
 * answers passed on as they come. What is not a read is refused.
 */
export async function startBridge(
  reading: Reading,
  change: Partial<ReadContext> = {},
): Promise<Server & AsyncDisposable> {
  const server = createServer((socket) => void serve(socket, reading, change).catch(() => socket.destroy()));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(server, {
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, 'close');
    },
  });
}

async function serve(socket: Socket, reading: Reading, change: Partial<ReadContext>): Promise<void> {
  socket.on('error', () => {});
  let buffered = Buffer.alloc(0);
  let started = false;
  for await (const chunk of socket) {
    buffered = Buffer.concat([buffered, chunk as Buffer]);
    for (;;) {
      const head = started ? 1 : 0;
      if (buffered.length < head + 4) break;
      const end = head + buffered.readInt32BE(head);
      if (buffered.length < end) break;
      const body = buffered.subarray(head + 4, end);
      const type = started ? String.fromCharCode(buffered[0] ?? 0) : '';
      buffered = buffered.subarray(end);
      if (type === 'X') return;
      if (type === 'Q') await answer(socket, reading, change, body.toString('utf8', 0, body.length - 1));
      else if (body.readInt32BE(0) === 196_608) {
        started = true;
        const parameters = {
          server_version: '16.6',
          client_encoding: 'UTF8',
          standard_conforming_strings: 'on',
          is_superuser: 'off',
        };
        const texts = Object.entries(parameters).map(([name, value]) => frame('S', `${name}\0${value}\0`));
        socket.write(Buffer.concat([frame('R', '\0\0\0\0'), ...texts, frame('Z', 'I')]));
      } else socket.write('N');
    }
  }
}

async function answer(socket: Socket, reading: Reading, change: Partial<ReadContext>, source: string): Promise<void> {
  const text = source.trim().replace(/;\s*$/, '');
  const parameters = { types: [], values: [], parameterFormats: [], resultFormats: [] };
  try {
    const cursor = reading.room.open({ text, offset0: 0, source }, parameters, reading.context(change));
    const end = await cursor.fetch(
      0,
      true,
      { message: (bytes) => void socket.write(bytes) },
      new AbortController().signal,
    );
    socket.write(frame('C', `${'tag' in end ? end.tag : ''}\0`));
  } catch (error) {
    socket.write(frame('E', errorFields(flatten(error))));
  }
  socket.write(frame('Z', 'I'));
}

function errorFields(error: PgError): string {
  const position = error.position1 === undefined ? '' : `P${error.position1}\0`;
  return `SERROR\0VERROR\0C${error.code}\0M${error.message}\0${position}\0`;
}

function frame(type: string, body: string): Buffer {
  const bytes = Buffer.from(`${type}\0\0\0\0${body}`, 'utf8');
  bytes.writeInt32BE(bytes.length - 1, 1);
  return bytes;
}
