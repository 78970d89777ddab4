import type { Duplex } from 'node:stream';

/** The first bytes that come from a stream, which is left paused. @throws the stream's error, or the signal's reason. */
export function firstData(stream: Duplex, signal: AbortSignal): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void): void => {
      stream.off('data', onData).off('error', onError).off('close', onClose).off('end', onClose);
      signal.removeEventListener('abort', onAbort);
      finish();
    };
    const onData = (chunk: Buffer): void => {
      stream.pause();
      settle(() => resolve(chunk));
    };
    const onError = (error: Error): void => settle(() => reject(error));
    const onClose = (): void => onError(new Error('connection closed'));
    const onAbort = (): void => onError(signal.reason as Error);
    if (signal.aborted) return onAbort();
    stream.on('data', onData).on('error', onError).on('close', onClose).on('end', onClose);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
