import { Socket } from 'node:net';
import { landed, takeOff, wideLanding } from './blocks.ts';

/** What a session's socket holds before writers have to wait. */
const writableBytesMax = 128 * 1024;
const keepAliveDelayMs = 30_000;

/** A TCP connection to a bastion. It emits `data` as every socket does, until somebody takes what arrives where it lands. */
export class BastionSocket extends Socket {
  #arrived: ((bytes: number) => void) | undefined;

  constructor() {
    const callback = (bytes: number): boolean => {
      if (this.#arrived === undefined) return this.push(takeOff(landed(bytes, undefined)));
      this.#arrived(bytes);
      return true;
    };
    // Node.js hands these on as `net.connect` does; its types do not say so.
    const options: object = { writableHighWaterMark: writableBytesMax, onread: { buffer: wideLanding, callback } };
    super(options);
    this.setNoDelay(true).setKeepAlive(true, keepAliveDelayMs);
  }

  /** From now on `arrived` is told how much landed, and nothing is emitted. It must be done with it when it returns. */
  onArrival(arrived: (bytes: number) => void): void {
    this.#arrived = arrived;
  }
}
