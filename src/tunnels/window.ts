const KiB = 1024;
const MiB = 1024 * KiB;

/** Largest packet that a peer may send us; what OpenSSH itself uses. */
export const packetBytesMax = 32 * KiB;
/** Window of a new channel: all that is useful while the round trip is short. */
export const initialWindowBytes = 2 * MiB;
/** Window of a new channel while much lies unread. */
export const reducedWindowBytes = 256 * KiB;
/** Sum of what the channels of one session may have outstanding beyond their first windows. */
export const sessionWindowBytesMax = 64 * MiB;
/** Unread bytes beyond which the worst channel is ended. */
export const sessionUnreadBytesMax = 64 * MiB;
export const processUnreadBytesMax = 512 * MiB;

const windowBytesMax = 16 * MiB;
const rateBytesPerSecond = 200 * 1000 * 1000;
const shortRoundTripMs = 3;
/** Bulk credit goes out in steps of this size: each step is a packet, and a lock for sshd's only thread. */
const stepBytesMax = 512 * KiB;
/**
 * A window is used when most of it passes in a round trip, and then grows. It stays below two and a half times what passes: the rest would pile up in
 * sshd, which copies its whole buffer each time that it grows (9.2: 4 GB of copying on the way to a backlog of 16 MB).
 */
const usedShare = 0.6;
const restingShare = 0.3;
const growth = 1.5;

/** How far a channel's window may grow at this round trip: twice what flows in one at 200 MB/s. */
export function windowLimit(roundTripMs: number): number {
  if (roundTripMs < shortRoundTripMs) return initialWindowBytes;
  const wanted = 2 * (roundTripMs / 1000) * rateBytesPerSecond;
  return Math.min(windowBytesMax, Math.max(initialWindowBytes, Math.round(wanted)));
}

/** What a session's channels may hold together; shared by the windows of one session. */
export interface WindowBudget {
  roundTripMs(): number;
  /** Asks for room to grow by `bytes`; false when the session's share is used up. */
  grow(bytes: number): boolean;
  shrink(bytes: number): void;
  /** Whether so much lies unread that readers who stop get no more. */
  pressed(): boolean;
}

/**
 * Receive window of one channel. It follows consumption: a reader that takes most of a window within a round trip gets a larger one,
 * up to {@link windowLimit}; one that stops reading gets nothing more.
 */
export class ReceiveWindow {
  readonly #budget: WindowBudget;
  readonly #initial: number;
  #target: number;
  /** Bytes that the peer may still send. */
  #outstanding: number;
  #epochStartedAt = 0;
  #epochBytes = 0;

  constructor(budget: WindowBudget, initial: number) {
    this.#budget = budget;
    this.#initial = initial;
    this.#target = initial;
    this.#outstanding = initial;
  }

  get target(): number {
    return this.#target;
  }

  /** Counts arrived bytes. False: the peer sent more than it may (ssh2 issue 1505). */
  received(bytes: number): boolean {
    this.#outstanding -= bytes;
    this.#epochBytes += bytes;
    return this.#outstanding >= 0;
  }

  /** Credit to send now: 0 until a whole step is due, any amount when `atOnce`. */
  credit(unreadBytes: number, atOnce: boolean, nowMs: number): number {
    if (unreadBytes > reducedWindowBytes && this.#budget.pressed()) return 0;
    this.#adapt(unreadBytes, nowMs);
    const due = this.#target - this.#outstanding - unreadBytes;
    if (due <= 0 || (!atOnce && due < Math.min(stepBytesMax, this.#target / 8))) return 0;
    this.#outstanding += due;
    return due;
  }

  /** Credit beyond the target: makes a packet to send when none is due. */
  extra(bytes: number): number {
    this.#outstanding += bytes;
    return bytes;
  }

  release(): void {
    this.#shrink(this.#initial);
  }

  #adapt(unreadBytes: number, nowMs: number): void {
    const roundTripMs = this.#budget.roundTripMs();
    const elapsedMs = nowMs - this.#epochStartedAt;
    if (elapsedMs < Math.max(roundTripMs, 1)) return;
    const perRoundTrip = (this.#epochBytes * roundTripMs) / elapsedMs;
    this.#epochStartedAt = nowMs;
    this.#epochBytes = 0;
    if (unreadBytes > this.#target / 4) return;
    const limit = windowLimit(roundTripMs);
    if (perRoundTrip > this.#target * usedShare) this.#grow(Math.min(limit, Math.floor(this.#target * growth)));
    else if (perRoundTrip < this.#target * restingShare)
      this.#shrink(Math.max(this.#initial, Math.floor(this.#target / growth)));
  }

  #grow(target: number): void {
    if (target > this.#target && this.#budget.grow(target - this.#target)) this.#target = target;
  }

  #shrink(target: number): void {
    this.#budget.shrink(this.#target - target);
    this.#target = target;
  }
}
