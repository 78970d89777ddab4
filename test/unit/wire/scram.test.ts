import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { fc } from '../../support/properties.ts';
import { expect, test } from 'vitest';
import { PgError } from '../../../src/errors/index.ts';
import { startScram } from '../../../src/wire/auth/scram.ts';
import { doomedVerifier, scramVerifier } from '../../../src/wire/index.ts';

const stored = storedPassword('pencil', Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64'));

function storedPassword(password: string, salt: Buffer): string {
  const salted = pbkdf2Sync(password, salt, 4096, 32, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  const storedKey = createHash('sha256').update(clientKey).digest('base64');
  const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64');
  return `SCRAM-SHA-256$4096:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}

function verifier() {
  const read = scramVerifier(stored);
  if (read === null) throw new Error('the stored password was not read');
  return read;
}

const rfc = {
  clientFirst: 'n,,n=user,r=rOprNGfwEbeRWgbNEkqO',
  serverNonce: '%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0',
  clientFinal:
    'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
  serverFinal: 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
};
const rfcStep = (setting = {}) =>
  startScram('SCRAM-SHA-256', rfc.clientFirst, {
    verifier: verifier(),
    channelBinding: null,
    serverNonce: rfc.serverNonce,
    ...setting,
  });

test('the exchange of RFC 7677', () => {
  const step = rfcStep();
  expect(step.serverFirst).toBe(
    'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096',
  );
  expect(step.finish(rfc.clientFinal)).toBe(rfc.serverFinal);
});

test('a wrong proof and a doomed verifier give nothing', () => {
  expect(rfcStep().finish(rfc.clientFinal.replace('p=dH', 'p=aH'))).toBeNull();
  expect(rfcStep({ verifier: { ...verifier(), doomed: true } }).finish(rfc.clientFinal)).toBeNull();
});

test('an invented verifier looks like a real one and stays the same', () => {
  const invented = doomedVerifier('nobody', Buffer.alloc(32, 7));
  expect(invented).toEqual(doomedVerifier('nobody', Buffer.alloc(32, 7)));
  expect(invented.salt).not.toEqual(doomedVerifier('somebody', Buffer.alloc(32, 7)).salt);
  expect([invented.salt.length, invented.iterations, invented.storedKey.length]).toEqual([16, 4096, 32]);
});

test.each([
  ['a replayed nonce', rfc.clientFinal.replace('r=rOpr', 'r=xxxx'), '08P01'],
  ['another channel binding', rfc.clientFinal.replace('c=biws', 'c=eSws'), '08P01'],
  ['no proof', 'c=biws,r=x', '08P01'],
  ['a short proof', rfc.clientFinal.replace(/p=.*/, 'p=YWJj'), '08P01'],
])('%s is refused', (_, clientFinal, code) => {
  expect(() => rfcStep().finish(clientFinal)).toThrow(expect.objectContaining({ code, severity: 'FATAL' }));
});

test.each([
  ['an authorization identity', 'n,a=other,n=user,r=abc', null, '0A000'],
  ['a mandatory extension', 'n,,m=x,n=user,r=abc', null, '0A000'],
  ['an unprintable nonce', 'n,,n=user,r=a\u0001c', null, '08P01'],
  ['nothing', '', null, '08P01'],
  ['a client that thinks that the server cannot bind', 'y,,n=user,r=abc', Buffer.from('digest'), '28000'],
  ['binding without its mechanism', 'p=tls-server-end-point,,n=user,r=abc', Buffer.from('digest'), '08P01'],
])('%s is refused at once', (_, clientFirst, channelBinding, code) => {
  const setting = { verifier: verifier(), channelBinding };
  expect(() => startScram('SCRAM-SHA-256', clientFirst, setting)).toThrow(expect.objectContaining({ code }));
});

test('any messages give a verdict or a PgError', () => {
  const outcome = (first: string, last: string): string | null => {
    try {
      return startScram('SCRAM-SHA-256', first, { verifier: verifier(), channelBinding: null }).finish(last);
    } catch (error) {
      return error instanceof PgError ? null : String(error);
    }
  };
  fc.assert(
    fc.property(fc.string(), fc.string(), (first, last) => {
      expect(outcome(first, last)).toBeNull();
      expect(outcome(`n,,n=,r=${first}`, `c=biws,r=${last}`)).toBeNull();
    }),
  );
});
