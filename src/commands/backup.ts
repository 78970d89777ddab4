import { statSync } from 'node:fs';
import { backupTo } from '../storage/index.ts';
import { runUpkeep } from './upkeep.ts';

/** `sallyport backup FILE`: one file of the data directory, while a server may run there. */
export const backupCommand = (args: readonly string[]): Promise<number> =>
  runUpkeep('backup', args, ['FILE'], async ({ dataDir, words: [file = ''], print }) => {
    await backupTo({ directory: dataDir, file });
    await print(
      `${file}: ${statSync(file).size} bytes. The master key is not in it: without that key no secret of the backup can be opened.`,
    );
  });
