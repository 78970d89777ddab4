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
  /** The first superuser's password, as libpq reads it. */
  firstPassword: 'pgpass',
  /** A directory: holds the Unix-domain socket. */
  sockets: 'run',
  /** A directory: holds the certificate that the server made itself, and its key. */
  tls: 'tls',
  /** A directory: there only while a restore is under way. */
  restoring: 'restore-unfinished',
} as const;

export const pathIn = (directory: string, file: keyof typeof fileNames): string => join(directory, fileNames[file]);

/** What marks one of our SQLite files and how it comes to its newest format. */
export interface DatabaseFormat {
  /** Holds `0001_name.sql`, `0002_name.sql` …: forward only, never edited after a release. */
  readonly migrations: URL;
  /** SQLite's application_id. */
  readonly applicationId: number;
}

/** The URLs are the same from the sources and from the built files: both stand two folders below the package's root. */
export const databaseFormats = {
  catalog: {
    migrations: new URL('../../catalog/migrations/', import.meta.url),
    applicationId: 0x53_50_59_43,
  },
  observations: {
    migrations: new URL('../../catalog/migrations/observations/', import.meta.url),
    applicationId: 0x53_50_59_4f,
  },
} as const satisfies Partial<Record<keyof typeof fileNames, DatabaseFormat>>;

/** What a backup holds. The master key is not in it: who has a backup alone can read no secret. */
export const backedUp = ['catalog', 'observations', 'dataKey'] as const satisfies readonly (keyof typeof fileNames)[];
