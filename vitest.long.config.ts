import { defineConfig } from 'vitest/config';

/** What takes longer than anyone waits for: one file after another, so that each has the machine to itself. */
export default defineConfig({
  test: {
    include: ['test/**/*.long.test.ts'],
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 1_800_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
