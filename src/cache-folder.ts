import { accessSync, constants, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const packageFolder = fileURLToPath(new URL('../', import.meta.url));

/** Where things are kept that can be made again: beside the package, shared by its data directories, or in the data directory if that is read-only. */
export function cacheFolder(dataDir: string): string {
  const shared = join(packageFolder, 'node_modules', '.cache', 'sallyport');
  try {
    mkdirSync(shared, { recursive: true, mode: 0o700 });
    accessSync(shared, constants.W_OK);
    return shared;
  } catch {
    return join(dataDir, 'cache');
  }
}
