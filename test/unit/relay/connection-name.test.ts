import { describe, expect, it } from 'vitest';
import { connectionName } from '../../../src/session/connection-name.ts';

describe('the name of a connection in the place of a database', () => {
  it.each([
    ['pg', ['pg']],
    ['PG', ['pg']],
    ['"PG"', ['PG']],
    ['a.b.c', ['a', 'b', 'c']],
    ['"a.b".c', ['a.b', 'c']],
    ['"say ""hi"""', ['say "hi"']],
    ['my-connection', ['my-connection']],
    ['with blank', ['with blank']],
    ['ÄÖ', ['äö']],
  ])('%s', (text, parts) => {
    expect(connectionName(text)?.map(({ value }) => value)).toEqual(parts);
  });

  it.each(['', '.', 'a.', '.a', 'a..b', 'a.b.c.d', '""', '"a', 'a"b', '"a"b'])('is not %j', (text) => {
    expect(connectionName(text)).toBeUndefined();
  });
});
