import { describe, expect, it } from 'vitest';
import { initialWindowBytes, ReceiveWindow, windowLimit } from '../../../src/tunnels/window.ts';

const MiB = 1024 * 1024;

function windowAt(roundTripMs: number, options: { growBytes?: number; pressed?: boolean } = {}) {
  let left = options.growBytes ?? Number.POSITIVE_INFINITY;
  let knownMs = roundTripMs;
  const window = new ReceiveWindow(
    {
      roundTripMs: () => knownMs,
      roundTripAtMost: (ms) => {
        knownMs = Math.min(knownMs, ms);
      },
      grow: (bytes) => {
        if (bytes > left) return false;
        left -= bytes;
        return true;
      },
      shrink: (bytes) => {
        left += bytes;
      },
      pressed: () => options.pressed === true,
    },
    initialWindowBytes,
  );
  return { window, left: () => left, roundTripMs: () => knownMs };
}

describe('the receive window', () => {
  it('may grow to twice what flows in a round trip at 200 MB/s, within 2 and 16 MB', () => {
    expect(windowLimit(0)).toBe(2 * MiB);
    expect(windowLimit(2.9)).toBe(2 * MiB);
    expect(windowLimit(10)).toBe(4_000_000);
    expect(windowLimit(40)).toBe(16_000_000);
    expect(windowLimit(1000)).toBe(16 * MiB);
  });

  it('gives credit in large steps, and at once when asked to', () => {
    const { window } = windowAt(0.1);
    window.received(100_000);
    expect(window.credit(0, false, 0)).toBe(0);
    expect(window.credit(0, true, 0)).toBe(100_000);
    window.received(512 * 1024);
    expect(window.credit(0, false, 0)).toBe(512 * 1024);
  });

  it('follows a reader that keeps up, and gives back what it grew when it rests', () => {
    const { window, left } = windowAt(40, { growBytes: 64 * MiB });
    const targets = [];
    for (let roundTrip = 0; roundTrip < 12; roundTrip += 1) {
      window.credit(0, true, roundTrip * 40);
      window.received(window.target);
      targets.push(window.target / MiB);
    }
    expect(targets.slice(0, 5)).toEqual([2, 4, 6, 8, 10]);
    expect(window.target).toBe(16_000_000);
    expect(left()).toBe(64 * MiB - (16_000_000 - 2 * MiB));
    for (let rest = 1; rest < 10; rest += 1) window.credit(0, true, rest * 10_000);
    expect(window.target).toBeLessThan(2.1 * MiB);
    expect(left()).toBe(64 * MiB - (window.target - 2 * MiB));
  });

  it('is what passes in a round trip and one initial window', () => {
    const { window } = windowAt(40);
    for (let roundTrip = 0; roundTrip < 50; roundTrip += 1) {
      window.credit(0, true, roundTrip * 40);
      window.received(3 * MiB);
    }
    expect(window.target).toBe(5 * MiB);
  });

  it('learns from traffic that the round trip is shorter than it seemed, and does not grow for it', () => {
    const { window, roundTripMs } = windowAt(17);
    for (let nowMs = 0; nowMs < 1000; nowMs += 1) {
      // 300 MB/s over a wire without delay.
      window.received(300_000);
      window.credit(0, true, nowMs);
    }
    expect(roundTripMs()).toBeLessThan(8);
    expect(window.target).toBeLessThan(3.2 * MiB);
  });

  it('is not misled by bytes that were allowed before it shrank', () => {
    const { window, roundTripMs } = windowAt(40);
    for (let roundTrip = 0; roundTrip < 6; roundTrip += 1) {
      window.credit(0, true, roundTrip * 40);
      window.received(window.target);
    }
    window.credit(0, true, 240);
    // Little came in a round trip, so the target falls while most of what it allowed is still to come.
    window.received(100_000);
    window.credit(0, true, 280);
    const shrunk = window.target;
    window.received(2 * shrunk);
    window.credit(0, true, 290);
    expect(roundTripMs()).toBe(40);
  });

  it('gives nothing more to one who stopped reading', () => {
    const { window } = windowAt(40);
    window.credit(0, false, 0);
    window.received(2 * MiB);
    expect(window.credit(2 * MiB, false, 45)).toBe(0);
    expect(window.credit(2 * MiB, true, 90)).toBe(0);
    expect(window.target).toBe(2 * MiB);
  });

  it('gives nothing to anybody behind with reading while memory is short', () => {
    const { window } = windowAt(0.1, { pressed: true });
    window.received(MiB);
    expect(window.credit(512 * 1024, true, 1)).toBe(0);
    expect(window.credit(1024, true, 1)).toBe(MiB - 1024);
  });

  it('notices a peer that sends more than it may', () => {
    const { window } = windowAt(0.1);
    expect(window.received(2 * MiB)).toBe(true);
    expect(window.received(1)).toBe(false);
  });
});
