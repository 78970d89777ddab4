import { expect, test } from 'vitest';
import { Mask } from '../../../src/connections/mask.ts';
import { Secret } from '../../../src/secrets/index.ts';

const masking = (...values: readonly string[]): Mask => {
  const mask = new Mask();
  const secrets = mask.watch({ text: (id) => new Secret(id) });
  for (const value of values) secrets.text(value).use(() => {});
  return mask;
};

test.each([
  ['password authentication failed for user "xyzzy"', 'password authentication failed for user "********"'],
  ["Access denied for user 'xyzzy'@'10.0.0.1'", "Access denied for user '********'@'10.0.0.1'"],
  ['got a.b$c (wrong)', 'got ******** (wrong)'],
  ['a man, a plan', '******** man, ******** plan'],
  ['canal', 'canal'],
])('%s', (text, expected) => {
  expect(masking('xyzzy', 'a.b$c', 'a', '').hide(text)).toBe(expected);
});

test('what was not opened is no secret', () => {
  expect(masking().hide('user "xyzzy"')).toBe('user "xyzzy"');
  expect(masking('xyzzy').hide(undefined)).toBeUndefined();
});
