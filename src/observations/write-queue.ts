import { unreachable } from '../errors/index.ts';
import type { HistoryChange, ObservationChange } from './contract.ts';

/** When writing fails for so long that more than this waits, the oldest rows are given up. */
const waitingMax = 20_000;

/** What waits to be written, in order. A key seen again replaces what waits of it. */
export class WriteQueue {
  #waiting = new Map<string, ObservationChange>();
  #forgotten = 0;

  get size(): number {
    return this.#waiting.size;
  }

  /** Returns whether an older row had to be given up. */
  add(change: ObservationChange): boolean {
    const key = this.#key(change);
    this.#waiting.delete(key);
    this.#waiting.set(key, change);
    if (this.#waiting.size <= waitingMax) return false;
    const [oldest] = this.#waiting.keys();
    return oldest !== undefined && this.#waiting.delete(oldest);
  }

  changes(): Iterable<ObservationChange> {
    return this.#waiting.values();
  }

  histories(): readonly HistoryChange[] {
    return [...this.#waiting.values()].filter((change) => 'id' in change);
  }

  clear(): void {
    this.#waiting = new Map();
  }

  #key(change: ObservationChange): string {
    switch (change.table) {
      case 'hostKeys':
        return `${change.table}/${change.row.tunnelId}/${change.row.fingerprint}`;
      case 'keyAcceptances':
        return `${change.table}/${change.row.tunnelId}/${change.row.fingerprint}/${change.row.bastion}`;
      case 'forgotten':
        this.#forgotten += 1;
        return `${change.table}/${this.#forgotten}`;
      case 'pruned':
        return `${change.table}/${change.history}`;
      case 'validations':
      case 'tunnelStatuses':
      case 'secretUses':
      case 'relays':
        return `${change.table}/${change.id}`;
      default:
        return unreachable(change);
    }
  }
}
