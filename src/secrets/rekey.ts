import { existsSync, readFileSync } from 'node:fs';
import { StartRefused } from '../errors/index.ts';
import { holdFile, moveDurably, pathIn, writePrivateFile } from '../storage/index.ts';
import { unwrap, wrap, writeWrapped } from './data-key.ts';
import {
  type MasterKey,
  type MasterKeySource,
  loadMasterKey,
  makeMasterKeyFile,
  masterKeyFileExists,
} from './master-key.ts';

export interface RekeyOptions {
  readonly directory: string;
  readonly current: MasterKeySource;
  /** Where the new key is; a file that is not there is made. Without it a new key takes the place of the current file. */
  readonly next?: MasterKeySource;
}

export interface Rekeyed {
  readonly masterKeyId: string;
  /** The former master key's file, when a new key took its place: backups made before the rekey need it. */
  readonly formerKeyFile: string | null;
}

/**
 * Wraps the data key by a new master key; sealed values stay as they are, so a server may run meanwhile. After a crash at
 * any point the key that the place of the master key holds then opens the data directory, and `rekey` can be run again.
 * @throws StartRefused.
 */
export async function rekey({ directory, current, next }: RekeyOptions): Promise<Rekeyed> {
  const path = pathIn(directory, 'dataKey');
  if (!existsSync(path)) throw new StartRefused('unusable', `${directory} holds no data key: no server ran there yet`);
  const lock = holdFile(pathIn(directory, 'rekeyLock'));
  if (lock === null) throw new StartRefused('locked', `another rekey of ${directory} is under way`);
  try {
    const former = await loadMasterKey(current);
    const dataKey = unwrap(path, former, current);
    const place = await prepare(current, next);
    writeWrapped(path, [wrap(dataKey, former), wrap(dataKey, place.key)]);
    const formerKeyFile = place.takeEffect(former);
    writeWrapped(path, [wrap(dataKey, place.key)]);
    return { masterKeyId: place.key.id, formerKeyFile };
  } finally {
    lock.release();
  }
}

interface Place {
  readonly key: MasterKey;
  /** Called when the data key opens with both keys. Returns where the former key's file was moved, if it was. */
  takeEffect(former: MasterKey): string | null;
}

async function prepare(current: MasterKeySource, next: MasterKeySource | undefined): Promise<Place> {
  if (next !== undefined) {
    const isNewFile = next.from === 'file' && !masterKeyFileExists(next);
    return { key: isNewFile ? makeMasterKeyFile(next.file) : await loadMasterKey(next), takeEffect: () => null };
  }
  if (current.from !== 'file') {
    throw new StartRefused('master-key-missing', 'the master key is not kept in a file: say where the new one is');
  }
  const { file } = current;
  const successor = `${file}.next`;
  return {
    key: makeMasterKeyFile(successor),
    takeEffect: (former) => {
      const kept = `${file}.${former.id}`;
      writePrivateFile(kept, readFileSync(file));
      moveDurably(successor, file);
      return kept;
    },
  };
}
