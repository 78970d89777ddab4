const KiB = 1024;
/** What is smaller comes out of Buffer's own pool. */
const worthwhileBytes = 4 * KiB;
/** Of each size. */
const keptMax = 64;

interface Pool {
  readonly blockBytes: number;
  readonly free: ArrayBuffer[];
}

/** Two sizes, so that what is held is never much more than what arrived. */
const pools: readonly Pool[] = [16 * KiB, 64 * KiB].map((blockBytes) => ({ blockBytes, free: [] }));
const poolOf = new WeakMap<ArrayBufferLike, Pool>();

/** Where sockets of this process read into, one at a time: what arrives is taken off before anything else happens. */
export const landing = Buffer.allocUnsafeSlow(64 * KiB);

/** A copy of what has just landed. In a large heap, fresh memory for each read costs more than all else about it. */
export function takeOff(bytes: number): Buffer {
  const arrived = landing.subarray(0, bytes);
  const pool = bytes < worthwhileBytes ? undefined : pools.find(({ blockBytes }) => bytes <= blockBytes);
  if (pool === undefined) return Buffer.from(arrived);
  const chunk = Buffer.from(pool.free.pop() ?? newBlock(pool), 0, bytes);
  chunk.set(arrived);
  return chunk;
}

/** Gives memory back for another read. Only for one who alone has the whole chunk, and is done with it; other memory is left alone. */
export function recycle(chunk: Buffer): void {
  const pool = poolOf.get(chunk.buffer);
  if (pool !== undefined && pool.free.length < keptMax) pool.free.push(chunk.buffer as ArrayBuffer);
}

function newBlock(pool: Pool): ArrayBuffer {
  const block = new ArrayBuffer(pool.blockBytes);
  poolOf.set(block, pool);
  return block;
}
