import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { runDriveFile } from '../support/drive.ts';

const fileTimeoutMs = 600_000;
const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.td'));

/** A file fails by throwing, with its line. */
describe('drive files', () => {
  it.concurrent.for(files)('%s', { timeout: fileTimeoutMs }, async (name, { expect }) => {
    await expect(runDriveFile(join(import.meta.dirname, name))).resolves.toBeUndefined();
  });
});
