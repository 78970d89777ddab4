import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { openCatalogStore } from '../../../src/catalog/index.ts';
import { silentLog } from '../../../src/telemetry/index.ts';
import { expectSameContents } from '../../support/same-contents.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { firstVersion, replay } from './operations.ts';
import { lastNumber, runProgram } from './run-program.ts';

const rounds = 5;
const writersAtOnce = 4;
const killedWithinMs = 150;

async function writeAndKill(directory: string): Promise<number> {
  await using writer = runProgram('writer.ts', [directory]);
  await writer.started;
  await wait(Math.random() * killedWithinMs);
  writer.child.kill('SIGKILL');
  const { output, errors } = await writer.ended;
  expect(errors).toBe('');
  return lastNumber(output);
}

it('a writer killed at any moment loses nothing that was acknowledged and leaves nothing half done', async () => {
  const directories = Array.from({ length: writersAtOnce }, temporaryDirectory);
  try {
    const start = await newCatalog();
    for (let round = 0; round < rounds; round += 1) {
      await Promise.all(
        directories.map(async ({ path }) => {
          const acknowledged = await writeAndKill(path);
          await using store = await openCatalogStore({ directory: path, log: silentLog });
          const { version } = store.current;
          expect([acknowledged, acknowledged + 1]).toContain(version);
          expectSameContents(store.current, replay(start, version));
          const audited = store.auditRows(0, version).map((row) => row.details['version']);
          expect(audited).toEqual(Array.from({ length: version - firstVersion }, (_, index) => index + 2));
        }),
      );
    }
  } finally {
    for (const directory of directories) directory[Symbol.dispose]();
  }
}, 600_000);

async function newCatalog() {
  using directory = temporaryDirectory();
  await using store = await openCatalogStore({ directory: directory.path, log: silentLog });
  return store.current;
}
