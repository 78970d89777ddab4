import { existsSync } from 'node:fs';
import { pathIn, restoreFrom } from '../storage/index.ts';
import { runUpkeep } from './upkeep.ts';

/** `sallyport restore FILE`: a new data directory out of a backup. */
export const restoreCommand = (args: readonly string[]): Promise<number> =>
  runUpkeep('restore', args, ['FILE'], async ({ dataDir, words: [file = ''], print }) => {
    restoreFrom({ file, directory: dataDir });
    const keyFile = pathIn(dataDir, 'masterKey');
    const next = existsSync(keyFile)
      ? `The server will open it with ${keyFile}.`
      : `Put the master key of the backup at ${keyFile} (mode 0600), or tell the server where it is.`;
    await print(`${dataDir}: restored from ${file}. ${next}`);
  });
