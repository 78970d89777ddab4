import { rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';

/** Where libpq looks for the Unix-domain socket of a port in a directory (`psql -h DIRECTORY -p PORT`). */
export const unixSocketPath = (directory: string, port: number): string => join(directory, `.s.PGSQL.${port}`);

/** Removes the socket that a killed server left. One that answers is left alone: listening on it will fail as it should. */
export async function removeStaleSocket(path: string): Promise<void> {
  if ((await connectError(path)) === 'ECONNREFUSED') await rm(path, { force: true });
}

function connectError(path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    socket.once('connect', () => {
      socket.destroy();
      resolve(undefined);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
  });
}
