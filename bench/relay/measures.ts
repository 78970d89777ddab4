import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** One way to the same database, as a client program is told it. */
export interface Way {
  readonly name: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  /** Without it TLS is spoken where it is offered. */
  readonly sslMode?: 'disable';
}

export const bulkMegabytes = 104;

const where = ({ port, user, database, sslMode }: Way): readonly string[] => [
  ...['-h', '127.0.0.1', '-p', String(port), '-U', user],
  sslMode === undefined ? database : `dbname=${database} sslmode=${sslMode}`,
];

/** Queries a second as pgbench counts them. */
export async function queriesASecond(
  way: Way,
  folder: string,
  options: { readonly clients: number; readonly mode: 'simple' | 'prepared'; readonly seconds: number },
): Promise<number> {
  const script = join(folder, 'one.sql');
  writeFileSync(script, 'SELECT 1;\n');
  const { clients, mode, seconds } = options;
  const load = ['-c', String(clients), '-j', String(Math.min(2, clients)), '-M', mode, '-T', String(seconds)];
  const { stdout } = await promisify(execFile)('pgbench', ['-n', '-f', script, ...load, ...where(way)]);
  return Number(/tps = ([\d.]+) \(without/.exec(stdout)?.[1]);
}

/** A result of 104 MB in rows of 1 kB, to a client that does nothing with it. */
export async function bulkMegabytesASecond(way: Way): Promise<number> {
  const sql = "COPY (SELECT repeat('x', 1039) FROM generate_series(1, 100000)) TO STDOUT";
  return bulkMegabytes / (await secondsOf('psql', ['-Xqc', sql, ...where(way)]));
}

/** The same size the other way. */
export async function bulkInMegabytesASecond(way: Way): Promise<number> {
  const sql = 'CREATE TEMP TABLE taken (t text); COPY taken FROM STDIN WHERE false';
  const row = `${'y'.repeat(1039)}\n`.repeat(1000);
  const child = spawn('psql', ['-Xqc', sql.split(';')[0] ?? '', '-c', sql.split('; ')[1] ?? '', ...where(way)], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const startedAt = performance.now();
  for (let sent = 0; sent < 100; sent += 1) if (!child.stdin.write(row)) await once(child.stdin, 'drain');
  child.stdin.end();
  const [code] = (await once(child, 'exit')) as [number];
  if (code !== 0) throw new Error(`psql ended with ${code}`);
  return bulkMegabytes / ((performance.now() - startedAt) / 1000);
}

/** From nothing to an answer and away again, in milliseconds: a psql. */
export async function connectMs(way: Way): Promise<number> {
  return 1000 * (await secondsOf('psql', ['-XAtqc', 'SELECT 1', ...where(way)]));
}

async function secondsOf(program: string, args: readonly string[]): Promise<number> {
  const startedAt = performance.now();
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = (await once(child, 'exit')) as [number];
  if (code !== 0) throw new Error(`${program} ended with ${code}`);
  return (performance.now() - startedAt) / 1000;
}
