import { expect, it } from 'vitest';
import { runChaos } from './chaos.ts';

it('a minute of kills, freezes, delays, resets and rotations leaves every tunnel working and nothing behind', async () => {
  const report = await runChaos(1, 60);
  expect(report.complaints, `seed ${report.seed}`).toEqual([]);
  expect(report.dials).toBeGreaterThan(100);
}, 600_000);
