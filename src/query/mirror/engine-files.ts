import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { type WasmModule, webAssembly } from './web-assembly.ts';

const engineFolder = dirname(createRequire(import.meta.url).resolve('@electric-sql/pglite'));

/** The version of the engine's package. Its exports do not list package.json. */
export function engineVersion(): string {
  const text = readFileSync(join(engineFolder, '..', 'package.json'), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}

let compiled: Promise<WasmModule> | undefined;

/** The engine's code, compiled once off the main thread and shared by all workers. */
export function engineModule(): Promise<WasmModule> {
  // The optimizing compiler's code for one engine is 80 MB, and no faster for the short statements that catalogs are read by.
  if (compiled === undefined) setFlagsFromString('--liftoff-only');
  compiled ??= readFile(join(engineFolder, 'pglite.wasm')).then((bytes) => webAssembly.compile(bytes));
  return compiled;
}
