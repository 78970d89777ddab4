import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const lowestPort = 20_000;
const highestPort = 30_999;
const lockFolder = join(tmpdir(), 'sallyport-test-ports');
const reserved = new Set<string>();
process.once('exit', () => {
  for (const path of reserved) rmSync(path, { force: true });
});

/**
 * A TCP port that is free now and reserved against other test processes until this one ends.
 * Below the ephemeral range: a port above 32768 may be taken by an outgoing connection at any moment.
 */
export async function freePort(address = '127.0.0.1'): Promise<number> {
  mkdirSync(lockFolder, { recursive: true });
  for (let attempt = 0; attempt < 500; attempt += 1) {
    const port = lowestPort + Math.floor(Math.random() * (highestPort - lowestPort + 1));
    if (reserve(port) && (await canListen(port, address))) return port;
  }
  throw new Error(`no free port between ${lowestPort} and ${highestPort}`);
}

function reserve(port: number): boolean {
  const path = join(lockFolder, String(port));
  try {
    const file = openSync(path, 'wx');
    writeSync(file, String(process.pid));
    closeSync(file);
    reserved.add(path);
    return true;
  } catch {
    if (ownerIsAlive(path)) return false;
    rmSync(path, { force: true });
    return false;
  }
}

function ownerIsAlive(path: string): boolean {
  try {
    process.kill(Number(readFileSync(path, 'utf8')), 0);
    return true;
  } catch {
    return false;
  }
}

function canListen(port: number, address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, address, () => server.close(() => resolve(true)));
  });
}
