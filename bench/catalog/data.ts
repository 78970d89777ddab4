import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openCatalogStore } from '../../src/catalog/index.ts';
import { openObservations } from '../../src/observations/index.ts';
import { role, tunnel } from '../../test/unit/query/rows.ts';

/** The role that pgbench logs in as, at both servers. */
export const benchUser = 'trusted';

/** Out of the way of the ids that the server gives. */
const firstId = 1_000_000;

const log = { debug() {}, info() {}, warn() {}, error() {}, child: () => log };

/** A data directory with `connections` tunnels and `historyRows` rows of tunnel states, removed when disposed. */
export async function filledDataDir(
  connections: number,
  historyRows = 0,
): Promise<{ readonly path: string } & Disposable> {
  const path = mkdtempSync(join(tmpdir(), 'sallyport-bench-catalog-'));
  await using store = await openCatalogStore({ directory: path, log });
  const changes = Array.from({ length: connections }, (_, index) => tunnel(firstId + index, `t${index + 1}`)).flat();
  await store.commit(store.current.version, [role(2, benchUser), ...changes], []);
  await using observations = await openObservations({ directory: path, log });
  for (let row = 0; row < historyRows; row += 1) {
    const tunnelId = `u${firstId + (row % connections)}`;
    observations.tunnelChanged({ tunnelId, state: 'running', error: null, stage: null, hint: null });
    if (row % 1_000 === 999) await observations.flush();
  }
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

export async function residentMb(pid: number): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
  return Number(stdout) / 1024;
}

export function elapsedMs(sinceMs: number): number {
  return performance.now() - sinceMs;
}
