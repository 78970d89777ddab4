import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../src/commands/read-config.ts';
import { startFailure } from '../../../src/commands/start-failure.ts';
import { PgError, StartRefused } from '../../../src/errors/index.ts';

const config = readConfig(['--data-dir', '/srv/s'], {}, false);

function systemError(fields: object): Error {
  return Object.assign(new Error('EXYZ: as the system says'), fields);
}

describe('startFailure', () => {
  it.each([
    ['EADDRINUSE', 'could not listen on 127.0.0.1:6875: the port is in use'],
    ['EADDRNOTAVAIL', 'could not listen on 127.0.0.1:6875: the address is not one of this machine'],
    ['EACCES', 'could not listen on 127.0.0.1:6875: permission denied'],
    ['EMFILE', 'could not listen: EXYZ: as the system says'],
  ])('says what %s means', (code, line) => {
    const error = systemError({ code, syscall: 'listen', address: '127.0.0.1', port: 6875 });
    expect(startFailure(error, config)).toEqual({ line, defect: false });
  });

  it('names the data directory when it cannot be used', () => {
    const line = 'could not use the data directory /srv/s: EXYZ: as the system says';
    expect(startFailure(systemError({ code: 'EACCES', syscall: 'open' }), config)).toEqual({ line, defect: false });
  });

  it('puts an error of ours on one line, with what to do', () => {
    const error = new PgError('object_in_use', 'the data directory is locked', { hint: 'Stop the\nother server.' });
    const line = 'the data directory is locked; Stop the other server.';
    expect(startFailure(error, config)).toEqual({ line, defect: false });
  });

  it('repeats a refusal to start', () => {
    const refusal = new StartRefused('locked', 'the data directory /srv/s is in use by another server');
    expect(startFailure(refusal, config)).toEqual({ line: refusal.message, defect: false });
  });

  it('looks behind a clean-up that failed too', () => {
    const refusal = new StartRefused('locked', 'in use');
    const error = Object.assign(new Error('.'), {
      name: 'SuppressedError',
      suppressed: refusal,
      error: new Error('later'),
    });
    expect(startFailure(error, config)).toEqual({ line: 'in use', defect: false });
  });

  it('asks for the stack in the log when the program is to blame', () => {
    const line = 'could not start: x is not a function';
    expect(startFailure(new TypeError('x is not a function'), config)).toEqual({ line, defect: true });
  });
});
