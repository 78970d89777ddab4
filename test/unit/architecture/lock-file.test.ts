import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

function read(name: string): unknown {
  return JSON.parse(readFileSync(join(import.meta.dirname, '../../..', name), 'utf8'));
}

it('the lock file was made for the dependencies of package.json', () => {
  const { dependencies, devDependencies } = read('package.json') as Manifest;
  const lock = read('package-lock.json') as { readonly packages: Readonly<Record<string, Manifest>> };
  expect(lock.packages['']).toMatchObject({ dependencies, devDependencies });
});
