import { expect, test } from 'vitest';
import { PgError } from '../../../src/errors/index.ts';
import { RunningCall } from '../../../src/wire/session/running-call.ts';

const gone = new PgError('connection_failure', 'connection to client lost', { severity: 'FATAL' });

test('what is answered at once comes back without a promise, and nothing runs any more', () => {
  const call = new RunningCall();
  expect(call.run(() => 1)).toBe(1);
  expect(call.running).toBe(false);
  expect(() =>
    call.run(() => {
      throw new Error('refused');
    }),
  ).toThrow('refused');
  expect(call.running).toBe(false);
});

test('a cancel ends the call that waits with its reason, and not the next one', async () => {
  const call = new RunningCall();
  const waiting = call.run(
    (signal) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new Error('whatever an engine says')));
      }),
  );
  expect(call.running).toBe(true);
  call.cancel();
  await expect(waiting).rejects.toMatchObject({ code: '57014' });
  expect(call.running).toBe(false);
  expect(call.run((signal) => signal.aborted)).toBe(false);
});

test('a cancel between two calls is ignored', () => {
  const call = new RunningCall();
  expect(call.run(() => 1)).toBe(1);
  call.cancel();
  call.abort(gone);
  expect(call.run((signal) => signal.aborted)).toBe(false);
});

test('calls that waited do not share one signal for ever', async () => {
  const call = new RunningCall();
  const signals = new Set<AbortSignal>();
  for (let count = 0; count < 1_000; count += 1) {
    await call.run(async (signal) => signals.add(signal));
    call.renew();
  }
  expect(signals.size).toBe(10);
});
