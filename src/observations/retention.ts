import type { HistoryName, ObservationChange } from './contract.ts';
import type { HistoryBounds, ObservationsFile } from './sqlite-file.ts';

/** How much of each history is kept: both limits hold. */
export interface Retention {
  readonly days: number;
  readonly rows: number;
}

export const defaultRetention: Retention = { days: 30, rows: 100_000 };

type Pruned = Extract<ObservationChange, { table: 'pruned' }>;

export const histories: readonly HistoryName[] = ['validations', 'tunnelStatuses', 'secretUses', 'relays'];

const dayMs = 86_400_000;
const ageCheckIntervalMs = 60_000;
/** Rows above the limit before they are cut, as a share of it: each cut removes many at once. */
const slack = 0.01;

/** Knows which rows each history holds, gives the next ids and says what to cut. */
export class HistoryLedger {
  readonly #file: ObservationsFile;
  readonly #retention: Retention;
  readonly #bounds: Map<HistoryName, HistoryBounds>;
  #agesCheckedAtMs = Number.NEGATIVE_INFINITY;

  constructor(file: ObservationsFile, retention: Retention) {
    this.#file = file;
    this.#retention = retention;
    this.#bounds = new Map(histories.map((history) => [history, file.bounds(history)]));
  }

  /** The id for a history's next row. */
  next(history: HistoryName): number {
    const { firstId, lastId } = this.bounds(history);
    this.#bounds.set(history, { firstId, lastId: lastId + 1 });
    return lastId + 1;
  }

  bounds(history: HistoryName): HistoryBounds {
    return this.#bounds.get(history) ?? { firstId: 1, lastId: 0 };
  }

  /** What is beyond the retention at the time `nowMs`. Ages are looked at once a minute. */
  beyond(nowMs: number): readonly Pruned[] {
    const checkAges = nowMs - this.#agesCheckedAtMs >= ageCheckIntervalMs;
    if (checkAges) this.#agesCheckedAtMs = nowMs;
    return histories.flatMap((history) => {
      const upToId = Math.max(this.#beyondRows(history), checkAges ? this.#beyondDays(history, nowMs) : 0);
      return upToId < this.bounds(history).firstId ? [] : [{ table: 'pruned', history, upToId }];
    });
  }

  /** These rows are gone. */
  cut(pruned: readonly Pruned[]): void {
    for (const { history, upToId } of pruned) {
      this.#bounds.set(history, { firstId: upToId + 1, lastId: this.bounds(history).lastId });
    }
  }

  #beyondRows(history: HistoryName): number {
    const { firstId, lastId } = this.bounds(history);
    const excess = lastId - firstId + 1 - this.#retention.rows;
    return excess > this.#retention.rows * slack ? firstId + excess - 1 : 0;
  }

  #beyondDays(history: HistoryName, nowMs: number): number {
    const before = new Date(nowMs - this.#retention.days * dayMs).toISOString();
    return this.#file.lastIdBefore(history, before);
  }
}
