import { expect, it } from 'vitest';
import { openCatalogStore } from '../../../src/catalog/index.ts';
import { silentLog } from '../../../src/telemetry/index.ts';
import { expectSameContents } from '../../support/same-contents.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { operation, operationAudit, replay } from './operations.ts';
import { lastNumber, runProgram } from './run-program.ts';

it('a write that the disk refuses is an error to that client and changes nothing', async () => {
  using directory = temporaryDirectory();
  let start;
  {
    await using store = await openCatalogStore({ directory: directory.path, log: silentLog });
    start = store.current;
  }
  await using writer = runProgram('writer.ts', [directory.path], { fileSizeBytesMax: 1_000_000 });
  const { output, errors, code } = await writer.ended;
  expect([code, JSON.parse(errors)]).toEqual([3, { code: expect.stringMatching(/^(53100|58030)$/), unchanged: true }]);
  const acknowledged = lastNumber(output);
  expect(acknowledged).toBeGreaterThan(1);
  await using store = await openCatalogStore({ directory: directory.path, log: silentLog });
  expectSameContents(store.current, replay(start, acknowledged));
  await store.commit(acknowledged, operation(acknowledged + 1), operationAudit(acknowledged + 1));
}, 600_000);
