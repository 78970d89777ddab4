import { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { Frames } from './guard-messages.ts';

const readyForQuery = 0x5a;
/** A login is a few kilobytes. */
const loginBytesMax = 1024 * 1024;

/**
 * What a client library logs in over: the bytes of an open stream up to the first ReadyForQuery, each message looked at before the library
 * sees it. What comes behind stays in the stream, which is left paused; ending this one leaves the other open.
 */
export class LoginStream extends Duplex {
  readonly #stream: Duplex;
  readonly #frames = new Frames();
  #receivedBytes = 0;

  constructor(stream: Duplex) {
    super();
    this.#stream = stream;
    // For channel binding.
    if (stream instanceof TLSSocket) Object.assign(this, { getPeerCertificate: () => stream.getPeerCertificate() });
    this.on('error', () => {});
    stream.on('data', this.#onData).on('error', this.#onError).on('close', this.#onClose).on('end', this.#onClose);
  }

  override _read(): void {
    // Bytes come as the server sends them: few, and limited.
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#stream.write(chunk, encoding, done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#detach();
    done(error);
  }

  readonly #onData = (chunk: Buffer): void => {
    try {
      const end = this.#frames.endOf(readyForQuery, chunk);
      this.#receivedBytes += chunk.length;
      if (this.#receivedBytes > loginBytesMax) throw new Error('a login of too many bytes');
      if (end === undefined) {
        this.push(chunk);
        return;
      }
      this.#detach();
      this.#stream.pause();
      if (end < chunk.length) this.#stream.unshift(chunk.subarray(end));
      this.push(chunk.subarray(0, end));
    } catch (error) {
      this.destroy(error as Error);
    }
  };

  readonly #onError = (error: Error): void => void this.destroy(error);

  readonly #onClose = (): void => void this.destroy();

  #detach(): void {
    const stream = this.#stream;
    stream.off('data', this.#onData).off('error', this.#onError).off('close', this.#onClose).off('end', this.#onClose);
  }
}
