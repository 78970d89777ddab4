import { Worker, type WorkerOptions } from 'node:worker_threads';

/**
 * Starts a worker from a module beside the caller. Built code runs as it is; TypeScript sources (tests, development)
 * are loaded through tsx, whose hooks a worker does not inherit on Node 20.
 */
export function spawnWorker(module: URL, options: WorkerOptions): Worker {
  // `new URL('./x.ts', import.meta.url)` is not rewritten by the compiler as import specifiers are.
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL(module.href.replace(/\.ts$/, '.js')), options);
  const entry = `import('tsx/esm/api').then(({ register }) => { register(); return import(${JSON.stringify(module.href)}); })`;
  return new Worker(entry, { ...options, eval: true });
}
