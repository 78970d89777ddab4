/** Goes on with the operations in the data directory that it is given until it is killed or a write fails. Prints each version that was acknowledged. */
import { writeSync } from 'node:fs';
import { argv, exit } from 'node:process';
import { openCatalogStore } from '../../../src/catalog/index.ts';
import { PgError } from '../../../src/errors/index.ts';
import { silentLog } from '../../../src/telemetry/index.ts';
import { operation, operationAudit } from './operations.ts';

const store = await openCatalogStore({ directory: argv[2] ?? '', log: silentLog });
writeSync(1, `${store.current.version}\n`);
for (;;) {
  const before = store.current;
  const version = before.version + 1;
  try {
    await store.commit(before.version, operation(version), operationAudit(version));
  } catch (error) {
    const code = error instanceof PgError ? error.code : String(error);
    writeSync(2, `${JSON.stringify({ code, unchanged: store.current === before })}\n`);
    exit(3);
  }
  writeSync(1, `${version}\n`);
}
