import { describe, expect, it } from 'vitest';
import { parseDriveFile } from '../../support/drive.ts';

describe('parseDriveFile', () => {
  it('reads every kind of step', () => {
    const text = `# about
> SELECT 1,
    2
1 | 2
notice: mind
~ SELECT 3
3
! SELECT x
code: 42703
contains: does not exist
$key <- SELECT 4
@two alice

bastion.install \${key} more
`;
    expect(parseDriveFile(text)).toEqual([
      {
        kind: 'rows',
        sql: 'SELECT 1,\n    2',
        retries: false,
        rows: ['1 | 2'],
        notices: ['mind'],
        line: 2,
        lastLine: 5,
      },
      { kind: 'rows', sql: 'SELECT 3', retries: true, rows: ['3'], notices: [], line: 6, lastLine: 7 },
      {
        kind: 'error',
        sql: 'SELECT x',
        expectations: [
          { field: 'code', text: '42703' },
          { field: 'contains', text: 'does not exist' },
        ],
        line: 8,
        lastLine: 10,
      },
      { kind: 'keep', variable: 'key', sql: 'SELECT 4', line: 11, lastLine: 11 },
      { kind: 'session', session: 'two', user: 'alice', line: 12, lastLine: 12 },
      { kind: 'action', action: 'bastion.install', argument: '${key} more', line: 14, lastLine: 14 },
    ]);
  });

  it.each([
    ['SELECT 1', 'line 1: expected a step, found "SELECT 1"'],
    ['! SELECT 1\nwhy: not', 'below line 1: expected code, contains, detail, hint or position, found "why: not"'],
    ['\n$k <- SELECT 1\n1', 'line 3: nothing can stand below this step'],
  ])('says where it cannot read %j', (text, message) => {
    expect(() => parseDriveFile(text)).toThrow(message);
  });
});
