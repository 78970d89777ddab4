import { join } from 'node:path';

/** The files of a data directory. Everything in it is readable by its owner only. */
export const fileNames = {
  catalog: 'catalog.db',
  observations: 'observations.db',
  /** The data key, wrapped by the master key. */
  dataKey: 'data.key',
  /** Where the master key is kept unless the operator keeps it elsewhere. */
  masterKey: 'master.key',
  serverLock: 'server.lock',
  serverProcessId: 'server.pid',
  rekeyLock: 'rekey.lock',
  /** Present only while a restore is under way. */
  restoring: 'restore-unfinished',
} as const;

export const pathIn = (directory: string, file: keyof typeof fileNames): string => join(directory, fileNames[file]);
