const KiB = 1024;
/** What is smaller comes out of Buffer's own pool. */
const worthwhileBytes = 4 * KiB;
/** Of each size. */
const keptMax = 64;
/** Longer than any packet that ssh2 takes. */
const restBytesMax = 64 * KiB;

interface Pool {
  readonly blockBytes: number;
  readonly free: ArrayBufferLike[];
}

/** Few sizes, so that what is held is never much more than what arrived. */
const pools: readonly Pool[] = [16 * KiB, 32 * KiB, 64 * KiB].map((blockBytes) => ({ blockBytes, free: [] }));

const ground = Buffer.allocUnsafeSlow(restBytesMax + 256 * KiB);
/** Where sockets of this process read into, one at a time: what arrives is taken off before anything else happens. */
export const landing = ground.subarray(restBytesMax, restBytesMax + 64 * KiB);
/** The same place for the sockets of sessions, through which much comes at once. */
export const wideLanding = ground.subarray(restBytesMax);

/** What has just landed, behind `rest`: what had come of it before. */
export function landed(bytes: number, rest: Buffer | undefined): Buffer {
  const start = restBytesMax - (rest?.length ?? 0);
  rest?.copy(ground, start);
  return ground.subarray(start, restBytesMax + bytes);
}

/** A copy of what lies where sockets read into; other memory is kept as it is. In a large heap, fresh memory for each read costs more than all else about it. */
export function takeOff(arrived: Buffer): Buffer {
  const { length } = arrived;
  if (arrived.buffer !== ground.buffer) return arrived;
  const pool = length < worthwhileBytes ? undefined : pools.find(({ blockBytes }) => length <= blockBytes);
  if (pool === undefined) return Buffer.from(arrived);
  const chunk = Buffer.from(pool.free.pop() ?? Buffer.allocUnsafeSlow(pool.blockBytes).buffer, 0, length);
  chunk.set(arrived);
  return chunk;
}

/** Gives memory back for another read. Only for one who alone has the whole chunk, and is done with it; memory of another size is left alone. */
export function recycle({ buffer, byteOffset }: Buffer): void {
  if (byteOffset !== 0) return;
  const pool = pools.find(({ blockBytes }) => blockBytes === buffer.byteLength);
  if (pool !== undefined && pool.free.length < keptMax) pool.free.push(buffer);
}
