import { describe, expect, it } from 'vitest';
import { forwardedStart } from '../../../src/relay/startup-parameters.ts';

const forwarded = (parameters: Readonly<Record<string, string>>) => {
  const { parameters: passed, notice } = forwardedStart(new Map(Object.entries(parameters)), 'alice');
  return { ...Object.fromEntries(passed), notice };
};

describe('what the server is told of a client’s start-up', () => {
  it('is everything but user and database, with the role in application_name', () => {
    expect(forwarded({ user: 'alice', database: 'c', application_name: 'psql', replication: 'database' })).toEqual({
      application_name: 'alice via sallyport: psql',
      replication: 'database',
      notice: false,
    });
    expect(forwarded({ user: 'alice' })).toEqual({ application_name: 'alice via sallyport', notice: false });
  });

  it.each([
    ['-c sallyport.notice=on', undefined, true],
    ['-csallyport.notice=on', undefined, true],
    ['--sallyport.notice=true', undefined, true],
    ['-c sallyport.notice=off', undefined, false],
    ['-c sallyport.notice=on -c sallyport.notice=off', undefined, false],
    ['-c search_path=a\\ b -c sallyport.notice=on -c work_mem=1MB', '-c search_path=a\\ b -c work_mem=1MB', true],
    ['-c x.sallyport.notice=on', '-c x.sallyport.notice=on', false],
    ['  -c geqo=off', '-c geqo=off', false],
  ])('is not what was meant for us: %s', (options, passed, notice) => {
    const found = forwarded({ options });
    expect([found['options' as keyof typeof found], found.notice]).toEqual([passed, notice]);
  });
});
