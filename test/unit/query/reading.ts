import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Change } from '../../../src/catalog/index.ts';
import { type QueryOptions, type QueryRoom, type ReadContext, createQuery } from '../../../src/query/index.ts';
import { eachMessage, messageType, readColumns, readTextRow } from '../../../src/query/mirror/backend-messages.ts';
import { silentLog } from '../../../src/telemetry/index.ts';
import { MemoryStore } from './memory-store.ts';

/** One image for all tests of a machine: the cache of a checkout. */
export const cacheFolder = join(import.meta.dirname, '../../../node_modules/.cache/sallyport');

/** A read path over a catalog in memory, and short ways to ask it. */
export class Reading implements AsyncDisposable {
  readonly store: MemoryStore;
  readonly room: QueryRoom;

  constructor(store = new MemoryStore(), options: Partial<QueryOptions> = {}) {
    this.store = store;
    this.room = createQuery({
      store,
      liveRelations: [],
      egressAddresses: () => [{ egress_ip: '192.0.2.7', prefix_length: 32, cidr: '192.0.2.7/32' }],
      versions: { serverVersion: '16.6', mzVersion: 'v0.147.0 (abcdef0)' },
      cacheFolder,
      scratchFolder: mkdtempSync(join(tmpdir(), 'sallyport-mirror-')),
      log: silentLog,
      ...options,
    });
  }

  context(change: Partial<ReadContext> = {}): ReadContext {
    return {
      role: 'materialize',
      sessionUser: 'materialize',
      superuser: true,
      database: 'materialize',
      searchPath: ['public'],
      settings: new Map([['TimeZone', 'UTC']]),
      snapshot: this.store.current,
      overlay: [] as readonly Change[],
      statementTimeoutMs: 600_000,
      ...change,
    };
  }

  /** Rows as texts, in the simple protocol's way. @throws PgError */
  async rows(
    text: string,
    change: Partial<ReadContext> = {},
    parameters: readonly (string | null)[] = [],
    signal: AbortSignal = new AbortController().signal,
  ): Promise<readonly (readonly (string | null)[])[]> {
    return (await this.answer(text, change, parameters, signal)).rows;
  }

  async answer(
    text: string,
    change: Partial<ReadContext> = {},
    parameters: readonly (string | null)[] = [],
    signal: AbortSignal = new AbortController().signal,
  ): Promise<{
    readonly columns: readonly string[];
    readonly rows: readonly (readonly (string | null)[])[];
    readonly tag: string;
  }> {
    const values = parameters.map((value) => (value === null ? null : new TextEncoder().encode(value)));
    const cursor = this.room.open(
      { text, offset0: 0, source: text },
      { types: [], values, parameterFormats: [], resultFormats: [] },
      this.context(change),
    );
    const rows: (readonly (string | null)[])[] = [];
    let columns: readonly string[] = [];
    const sink = {
      message: (bytes: Uint8Array): void => {
        for (const message of eachMessage(bytes)) {
          const type = messageType(message);
          if (type === 'T') columns = readColumns(message).map((column) => column.name);
          if (type === 'D') rows.push(readTextRow(message));
        }
      },
    };
    const end = await cursor.fetch(0, true, sink, signal);
    return { columns, rows, tag: 'tag' in end ? end.tag : 'suspended' };
  }

  /** The first column of all rows. */
  async column(text: string, change: Partial<ReadContext> = {}): Promise<readonly (string | null)[]> {
    return (await this.rows(text, change)).map((row) => row[0] ?? null);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.room[Symbol.asyncDispose]();
  }
}
