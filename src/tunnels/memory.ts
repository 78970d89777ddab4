import { processUnreadBytesMax } from './window.ts';

/** Unread bytes of all channels of this process. A process has one memory, so there is one of these. */
class UnreadMemory {
  #bytes = 0;

  add(bytes: number): void {
    this.#bytes += bytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get pressed(): boolean {
    return this.#bytes > processUnreadBytesMax / 2;
  }

  get exceeded(): boolean {
    return this.#bytes > processUnreadBytesMax;
  }
}

export const memory = new UnreadMemory();
