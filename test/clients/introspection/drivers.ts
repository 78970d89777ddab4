import { expect } from 'vitest';
import { columnNames, columns } from './catalog.ts';

/** A row as one value, whose type it looks up, and a reset as its pool does it. */
export function expectAsyncpg(found: unknown): void {
  expect(found).toMatchObject({ version: [16, expect.any(Number)], 'after reset': '', kinds: [expect.any(String)] });
  const { record } = found as { readonly record: readonly Readonly<Record<string, unknown>>[] };
  expect(record.length).toBeGreaterThan(0);
  for (const row of record) {
    expect(Object.keys(row)).toEqual(columnNames);
    expect(row).toMatchObject({ oid: expect.any(Number), privileges: [expect.stringContaining('=U/')] });
  }
}

export function expectPgx(found: unknown): void {
  expect(found).toEqual({ batch: [0, 2, 4], loaded: 'mz_catalog.mz_connections' });
}

export function expectTokioPostgres(found: unknown): void {
  expect(found).toEqual({ schema: 'mz_catalog', fields: columns });
}
