import type { Duplex } from 'node:stream';

/**
 * Lets `check` see what comes before the listeners do. What either throws destroys the stream: a client library that throws out of a data
 * event would end the process, and one that loops for ever on nonsense must not see it. To be called before the listeners are added.
 */
export function guardData<Stream extends Duplex>(stream: Stream, check: (chunk: Buffer) => void): Stream {
  const on = stream.on.bind(stream) as (event: string, listener: unknown) => Stream;
  const guarded = (listener: (chunk: Buffer) => void) => (chunk: Buffer) => {
    try {
      check(chunk);
      listener(chunk);
    } catch (error) {
      stream.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  };
  return Object.assign(stream, {
    on: (event: string, listener: (chunk: Buffer) => void): Stream =>
      on(event, event === 'data' ? guarded(listener) : listener),
  });
}
