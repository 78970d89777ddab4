import { join } from 'node:path';
import { type CatalogStore, openCatalogStore } from '../../src/catalog/index.ts';
import { type Observations, openObservations } from '../../src/observations/index.ts';
import { type MasterKeySource, type Sealer, createSealer, openDataKey } from '../../src/secrets/index.ts';
import { silentLog } from '../../src/telemetry/index.ts';

/** What a server opens in its data directory, in the order in which it does. */
export interface OpenDataDirectory extends AsyncDisposable {
  readonly store: CatalogStore;
  readonly observations: Observations;
  readonly sealer: Sealer;
}

export const masterKeyIn = (directory: string): MasterKeySource => ({
  from: 'file',
  file: join(directory, 'master.key'),
});

export async function openDataDirectory(
  directory: string,
  masterKey: MasterKeySource = masterKeyIn(directory),
): Promise<OpenDataDirectory> {
  const store = await openCatalogStore({ directory, log: silentLog });
  try {
    const sealedDataExists = !store.current.tables.sealed.isEmpty();
    const sealer = createSealer(await openDataKey({ directory, masterKey, sealedDataExists }));
    const observations = await openObservations({ directory, log: silentLog });
    const close = async (): Promise<void> => {
      await observations[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
    };
    return { store, observations, sealer, [Symbol.asyncDispose]: close };
  } catch (error) {
    await store[Symbol.asyncDispose]();
    throw error;
  }
}
