import { expect, it } from 'vitest';
import { openObservations } from '../../../src/observations/index.ts';
import { silentLog } from '../../../src/telemetry/index.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const validation = (connectionId: string, announced: readonly string[] | undefined) => ({
  connectionId,
  connectionName: 'materialize.public.k',
  role: 'materialize',
  startedAt: '2026-01-01T00:00:00.000Z',
  result: 'succeeded' as const,
  failingStage: null,
  error: null,
  stages: [
    { stage: 'connect', target: 'a:9092', status: 'ok', durationMs: 1 },
    {
      stage: 'metadata',
      target: 'a:9092',
      status: 'ok',
      durationMs: 1,
      ...(announced === undefined ? {} : { announced }),
    },
  ],
});

it('gives what the last validation that revealed anything revealed, before and after a restart', async () => {
  using directory = temporaryDirectory();
  const open = () => openObservations({ directory: directory.path, log: silentLog });
  const told = [
    { stage: 'metadata', target: 'a:9092', status: 'ok', durationMs: 1, announced: ['b:9092', '[::1]:9092'] },
  ];
  {
    await using observations = await open();
    observations.validationEnded(validation('u1', ['old:9092']));
    expect(observations.announcements('u1')).toMatchObject([{ announced: ['old:9092'] }]);
    observations.validationEnded(validation('u1', ['b:9092', '[::1]:9092']));
    observations.validationEnded(validation('u1', undefined));
    expect(observations.announcements('u1')).toEqual(told);
    expect(observations.announcements('u2')).toEqual([]);
  }
  await using observations = await open();
  observations.validationEnded(validation('u2', ['c:9092']));
  expect(observations.announcements('u1')).toEqual(told);
  expect(observations.announcements('u2')).toMatchObject([{ announced: ['c:9092'] }]);
});
