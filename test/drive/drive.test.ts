import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runDriveFile } from '../support/drive.ts';

const fileTimeoutMs = 120_000;
const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.td'));

/** A file fails by throwing, with its line. */
describe('drive files', () => {
  it.each(files)(
    '%s',
    async (name) => {
      await expect(runDriveFile(join(import.meta.dirname, name))).resolves.toBeUndefined();
    },
    fileTimeoutMs,
  );
});
