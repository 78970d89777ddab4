import { expect, it } from 'vitest';
import { Secret, passwordMatches, passwordVerifier } from '../../../src/secrets/index.ts';
import { preparedPassword } from '../../../src/secrets/prepared-password.ts';

it.each([
  // The examples of RFC 4013, section 3.
  ['I\u00adX', 'IX'],
  ['user', 'user'],
  ['USER', 'USER'],
  ['\u00aa', 'a'],
  ['\u2168', 'IX'],
  // Prohibited: as it is.
  ['\u0007', '\u0007'],
  ['\u00adx\u0007', '\u00adx\u0007'],
  ['\u00ad', '\u00ad'],
  ['a\u3000b', 'a b'],
  ['', ''],
])('prepares %j', (text, prepared) => {
  expect(preparedPassword(text)).toBe(prepared);
});

it('a stored form matches its password and no other, and is stored as it is', async () => {
  const stored = await passwordVerifier(new Secret('correct horse'));
  expect(stored).toMatch(/^SCRAM-SHA-256\$4096:/);
  expect(await passwordMatches(new Secret('correct horse'), stored)).toBe(true);
  expect(await passwordMatches(new Secret('battery staple'), stored)).toBe(false);
  expect(await passwordVerifier(new Secret(stored))).toBe(stored);
  expect(await passwordMatches(new Secret(stored), stored)).toBe(false);
});

it('derives what the standard derives', async () => {
  // The example of RFC 7677, section 3.
  const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64').toString('base64');
  const stored = `SCRAM-SHA-256$4096:${salt}$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=`;
  expect(await passwordMatches(new Secret('pencil'), stored)).toBe(true);
});

it('takes a text that only looks like a stored form for a password', async () => {
  const text = 'SCRAM-SHA-256$4096:c2FsdA==$short=:keys=';
  expect(await passwordVerifier(new Secret(text))).not.toBe(text);
});
