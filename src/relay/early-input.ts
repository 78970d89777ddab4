import type { Duplex } from 'node:stream';

/** A client that says more than this before it was answered waits. */
const heldBytesMax = 64 * 1024;

/** Reads a client that is to wait, so that its end is noticed; what it says meanwhile is given back. */
export class EarlyInput {
  readonly #client: Duplex;
  readonly #onGone: () => void;
  #held: Buffer[] = [];
  #heldBytes = 0;

  constructor(client: Duplex, onGone: () => void) {
    this.#client = client;
    this.#onGone = onGone;
    client.on('data', this.#onData).on('end', onGone).on('close', onGone);
    if (client.destroyed || client.readableEnded) onGone();
    else client.resume();
  }

  /** Stops reading; the client is paused, and what it said is unread again. */
  giveBack(): void {
    const client = this.#client;
    client.off('data', this.#onData).off('end', this.#onGone).off('close', this.#onGone);
    client.pause();
    if (this.#heldBytes > 0 && !client.destroyed && !client.readableEnded) client.unshift(Buffer.concat(this.#held));
    this.#held = [];
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#held.push(chunk);
    this.#heldBytes += chunk.length;
    if (this.#heldBytes > heldBytesMax) this.#client.pause();
  };
}
