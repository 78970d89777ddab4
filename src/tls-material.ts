import { readFileSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { TlsFiles } from './config.ts';
import { StartRefused } from './errors/index.ts';
import { type Log, describeError } from './telemetry/index.ts';
import type { TlsMaterial } from './wire/index.ts';

/** Files are replaced one after another: what is read shortly after the first change may not fit together yet. */
const settleMs = 200;

/** @throws StartRefused when a file cannot be read. */
export function readTlsMaterial({ certFile, keyFile, clientCaFile }: TlsFiles): TlsMaterial {
  return {
    cert: readPem(certFile),
    key: readPem(keyFile),
    ...(clientCaFile === null ? {} : { clientCa: readPem(clientCaFile) }),
  };
}

/**
 * Hands new material to `replace` at SIGHUP and when a file changes. What cannot be used is logged, and the old certificate stays.
 * @returns the way to stop
 */
export function followTlsFiles(files: TlsFiles, replace: (material: TlsMaterial) => void, log: Log): () => void {
  let timer: NodeJS.Timeout | undefined;
  const reload = (): void => {
    timer = undefined;
    try {
      replace(readTlsMaterial(files));
      log.info({ certFile: files.certFile }, 'certificate read again');
    } catch (error) {
      log.error({ err: describeError(error) }, 'new certificate not used');
    }
  };
  const soon = (): void => {
    timer ??= setTimeout(reload, settleMs).unref();
  };
  const paths = [files.certFile, files.keyFile, ...(files.clientCaFile === null ? [] : [files.clientCaFile])];
  const folders = new Set(paths.map((path) => dirname(path)));
  // The folders, not the files: tools replace a file by another of its name, or a link by another.
  const watchers = [...folders].map((folder) =>
    watch(folder, { persistent: false }, (_event, name) => {
      if (name === null || name.startsWith('..') || paths.some((path) => basename(path) === name)) soon();
    }).on('error', (error) => log.warn({ err: describeError(error), folder }, 'certificate files not watched')),
  );
  process.on('SIGHUP', soon);
  return () => {
    clearTimeout(timer);
    process.off('SIGHUP', soon);
    for (const watcher of watchers) watcher.close();
  };
}

function readPem(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new StartRefused('unusable', `${file} cannot be read: ${error instanceof Error ? error.message : 'unknown'}`);
  }
}
