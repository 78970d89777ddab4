import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Every file below a folder: its path there, and its bytes as text. */
export function folderContents(folder: string, below = ''): (readonly [name: string, text: string])[] {
  return readdirSync(join(folder, below)).flatMap((entry) => {
    const name = join(below, entry);
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return folderContents(folder, name);
    return statSync(path).isFile() ? [[name, readFileSync(path, 'latin1')] as const] : [];
  });
}
