import { expect, test } from 'vitest';
import { LoginThrottle } from '../../../src/wire/auth/login-throttle.ts';

function throttled() {
  const clock = { ms: 1000 };
  return { clock, throttle: new LoginThrottle(() => clock.ms) };
}

function failTimes(throttle: LoginThrottle, times: number, address: string, user: string): void {
  for (let time = 0; time < times; time += 1) throttle.failed(address, user);
}

test('some mistakes cost nothing, then each doubles the wait', () => {
  const { throttle, clock } = throttled();
  const waits: (number | null)[] = [];
  for (let attempt = 0; attempt < 8; attempt += 1) {
    const delayMs = throttle.delayMs('10.0.0.1', 'app');
    waits.push(delayMs);
    clock.ms += delayMs ?? 0;
    throttle.failed('10.0.0.1', 'app');
  }
  expect(waits).toEqual([0, 0, 0, 250, 500, 1000, 2000, 4000]);
});

test('attempts at the same time wait in a row, and not without end', () => {
  const { throttle } = throttled();
  failTimes(throttle, 7, '10.0.0.1', 'app');
  expect([1, 2, 3, 4, 5, 6].map(() => throttle.delayMs('10.0.0.1', 'app'))).toEqual([
    4000,
    8000,
    12000,
    16000,
    20000,
    null,
  ]);
});

test('success and time forgive', () => {
  const { throttle, clock } = throttled();
  failTimes(throttle, 6, '10.0.0.1', 'app');
  throttle.succeeded('10.0.0.1', 'app');
  failTimes(throttle, 20, '10.0.0.2', 'app');
  clock.ms += 11 * 60_000;
  expect(throttle.delayMs('10.0.0.2', 'app')).toBe(0);
});

test('another role of the same address waits less, another address not at all', () => {
  const { throttle } = throttled();
  failTimes(throttle, 20, '10.0.0.1', 'app');
  expect(throttle.delayMs('10.0.0.9', 'app')).toBe(0);
  expect(throttle.delayMs('10.0.0.1', 'other')).toBe(2000);
});

test('a role that the address has proven to be waits for its own failures only', () => {
  const { throttle, clock } = throttled();
  throttle.succeeded('10.0.0.1', 'app');
  failTimes(throttle, 20, '10.0.0.1', 'guessed');
  expect([1, 2, 3].map(() => throttle.delayMs('10.0.0.1', 'app'))).toEqual([0, 0, 0]);
  expect(throttle.delayMs('10.0.0.1', 'other')).toBe(2000);
  expect(throttle.delayMs('10.0.0.2', 'app')).toBe(0);
  failTimes(throttle, 4, '10.0.0.1', 'app');
  expect(throttle.delayMs('10.0.0.1', 'app')).toBe(500);
  clock.ms += 25 * 3_600_000;
  failTimes(throttle, 20, '10.0.0.1', 'guessed');
  expect(throttle.delayMs('10.0.0.1', 'app')).toBe(2000);
});

test('the addresses of one IPv6 subscriber count as one', () => {
  const { throttle } = throttled();
  failTimes(throttle, 5, '2001:db8:1:2:aaaa::1', 'app');
  expect(throttle.delayMs('2001:db8:1:2:bbbb::2', 'app')).toBeGreaterThan(0);
  expect(throttle.delayMs('2001:db8:1:3::1', 'app')).toBe(0);
});
