import type { WasmModule } from './web-assembly.ts';

/** What an engine's thread and the main thread tell each other. Requests are batches of messages, counted from 1. */

export interface MirrorWorkerData {
  readonly folder: string;
  readonly database: string;
  readonly engine: WasmModule;
  readonly shared: SharedArrayBuffer;
}

export type MirrorAnswer =
  /** `threadId`: the operating system's number of the thread; null where it does not tell. */
  | { readonly type: 'ready'; readonly threadId: number | null }
  | { readonly type: 'part'; readonly bytes: Uint8Array }
  /** The last part: the request is answered whole; a request that was taken back has an empty one. */
  | { readonly type: 'end'; readonly bytes: Uint8Array; readonly memoryBytes: number };

/** Two Int32. Bytes sent and not yet taken by the client; */
export const outstandingIndex = 0;
/** and the number of the newest request that was begun or taken back: who moves it on decides. */
export const claimedIndex = 1;
export const sharedBytes = 8;

/** For the engine. Whether the request is its own to answer. */
export const claim = (shared: Int32Array, id: number): boolean =>
  Atomics.compareExchange(shared, claimedIndex, id - 1, id) === id - 1;

/** For the main thread. Takes back all requests up to `lastId` that were not begun; the number of the newest that was. */
export function takeBack(shared: Int32Array, lastId: number): number {
  for (;;) {
    const begun = Atomics.load(shared, claimedIndex);
    if (begun >= lastId || Atomics.compareExchange(shared, claimedIndex, begun, lastId) === begun) return begun;
  }
}
