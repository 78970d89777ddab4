import type { Duplex } from 'node:stream';
import { guardData } from '../guard-data.ts';

const headerLength = 4;
/** The metadata of a cluster of a hundred thousand partitions is shorter. */
const answerLengthMax = 64 * 1024 * 1024;

/**
 * A stream as kafkajs (2.2.4) takes it. It loops for ever on a negative length and buffers without limit, so the framing of answers is
 * looked at before; and it does not listen for `close`: a stream destroyed in silence would leave its requests waiting.
 */
export function forKafkajs<Stream extends Duplex>(stream: Stream): Stream {
  const frames = new Frames();
  stream.once('close', () => {
    if (!stream.readableEnded && stream.errored === null) stream.emit('end');
  });
  const adapted = Object.assign(stream, { unref: () => stream, setKeepAlive: () => stream });
  return guardData(adapted, (chunk) => frames.check(chunk));
}

/** Follows the framing of answers over chunks. */
class Frames {
  readonly #header = Buffer.alloc(headerLength);
  #headerFilled = 0;
  #bodyLeft = 0;

  /** @throws Error for a length that no answer has. */
  check(chunk: Buffer): void {
    let offset = 0;
    while (offset < chunk.length) {
      if (this.#bodyLeft > 0) {
        const taken = Math.min(this.#bodyLeft, chunk.length - offset);
        this.#bodyLeft -= taken;
        offset += taken;
        continue;
      }
      this.#header[this.#headerFilled] = chunk[offset] ?? 0;
      this.#headerFilled += 1;
      offset += 1;
      if (this.#headerFilled === headerLength) this.#begin();
    }
  }

  #begin(): void {
    const length = this.#header.readInt32BE(0);
    if (length < 0 || length > answerLengthMax) throw new Error(`an answer of ${length} bytes`);
    this.#headerFilled = 0;
    this.#bodyLeft = length;
  }
}
