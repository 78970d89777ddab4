import { describe, expect, it } from 'vitest';
import { connectFailed } from '../../../src/errors/index.ts';
import { Breaker } from '../../../src/tunnels/breaker.ts';
import type { FailureKind } from '../../../src/tunnels/errors.ts';

const error = connectFailed({ stage: 'bastion.connect', message: 'could not connect' });

function breakerAt(random = 1) {
  const clock = { nowMs: 0 };
  const breaker = new Breaker(
    () => clock.nowMs,
    () => random,
  );
  /** Fails and tells how long the next try has to wait. */
  const fail = (kind: FailureKind, tunnel = 'u1 a'): number => {
    breaker.failed(tunnel, kind, error);
    return (breaker.obstacle(tunnel, true)?.retryAtMs ?? clock.nowMs) - clock.nowMs;
  };
  /** The waits when each try comes as soon as it may. */
  const inARow = (kind: FailureKind, times: number): readonly number[] =>
    Array.from({ length: times }, () => {
      const waitMs = fail(kind);
      clock.nowMs += waitMs;
      return waitMs;
    });
  return { clock, breaker, fail, inARow };
}

describe('the breaker of a bastion', () => {
  it('stays away from a bastion that is down for at most 5 s', () => {
    const { inARow } = breakerAt();
    expect(inARow('down', 6)).toEqual([500, 1000, 2000, 5000, 5000, 5000]);
  });

  it('shortens by jitter, never lengthens', () => {
    const { inARow } = breakerAt(0);
    expect(inARow('down', 4)).toEqual([400, 800, 1600, 4000]);
  });

  it('lets one refused login through in 20 s, then one in 60 s', () => {
    const { inARow } = breakerAt(0);
    expect(inARow('refused', 3)).toEqual([20_000, 60_000, 60_000]);
  });

  it('backs off further from a penalty', () => {
    const { inARow } = breakerAt();
    expect(inARow('penalised', 6)).toEqual([1000, 5000, 15_000, 30_000, 60_000, 60_000]);
  });

  it('takes logins that fail together for one failure', () => {
    const { fail } = breakerAt();
    expect([fail('crowded'), fail('crowded'), fail('crowded'), fail('crowded')]).toEqual([300, 300, 300, 300]);
  });

  it('does not count what was our own fault', () => {
    const { fail } = breakerAt();
    expect(fail('ours')).toBe(0);
  });

  it('holds up every tunnel to a bastion that is down', () => {
    const { breaker, fail } = breakerAt();
    fail('down', 'u1 a');
    expect(breaker.obstacle('u2 a', true)?.error).toBe(error);
  });

  it('holds up, for a refused tunnel, only itself and those that never logged in', () => {
    const { breaker, fail, clock } = breakerAt();
    fail('refused', 'u1 a');
    expect(breaker.obstacle('u1 a', true)).toBeDefined();
    expect(breaker.obstacle('u2 a', true)).toBe(undefined);
    expect(breaker.obstacle('u3 a', false)).toBeDefined();
    clock.nowMs = 20_001;
    expect(breaker.obstacle('u1 a', true)).toBe(undefined);
    expect(breaker.obstacle('u3 a', false)).toBe(undefined);
  });

  it('is cleared by a login that works, and by a new definition', () => {
    const { breaker, fail } = breakerAt();
    fail('down');
    fail('refused');
    breaker.succeeded('u1 a');
    expect(breaker.obstacle('u1 a', true)).toBe(undefined);
    expect(fail('down')).toBe(500);
    breaker.succeeded('u2 a');
    fail('refused');
    breaker.forget((tunnel) => tunnel.startsWith('u1 '));
    expect(breaker.obstacle('u1 b', false)).toBe(undefined);
  });
});
