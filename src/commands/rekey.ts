import { rekey } from '../secrets/index.ts';
import { pathIn } from '../storage/index.ts';
import { masterKeySource } from './master-key-flags.ts';
import { runUpkeep } from './upkeep.ts';

/** `sallyport rekey`: another master key, while a server may run; what is sealed stays as it is. */
export const rekeyCommand = (args: readonly string[]): Promise<number> =>
  runUpkeep('rekey', args, [], async ({ dataDir, values, print }) => {
    const current = masterKeySource(values, '') ?? { from: 'file' as const, file: pathIn(dataDir, 'masterKey') };
    const next = masterKeySource(values, 'new-');
    const { masterKeyId, formerKeyFile } = await rekey({
      directory: dataDir,
      current,
      ...(next === undefined ? {} : { next }),
    });
    const former =
      formerKeyFile === null
        ? 'Keep the former key as long as backups made before now.'
        : `The former key is kept as ${formerKeyFile}: backups made before now need it.`;
    await print(`${dataDir}: the master key is now ${masterKeyId}. ${former}`);
  });
