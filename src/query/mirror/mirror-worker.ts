import { readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { OutputBuffer } from './output-buffer.ts';
import { type MemoryDescriptor, type WasmMemory, webAssembly } from './web-assembly.ts';
import { type MirrorAnswer, type MirrorWorkerData, claim, outstandingIndex } from './worker-protocol.ts';

/** Runs an engine on a private copy of the image and moves bytes; what they mean, the main thread knows. */

/** Memory of one engine. Beyond it a statement gets 53200, and the engine lives on. */
const memoryPagesMax = (384 * 1024 * 1024) / 65_536;
/** Output of small statements is sent at once, in one message. */
const pieceBytes = 256 * 1024;
/** Beyond this the engine waits for the client. */
const windowBytes = 4 * 1024 * 1024;

const { folder, database, engine: module, shared: buffer } = workerData as MirrorWorkerData;
const shared = new Int32Array(buffer);

const Memory = webAssembly.Memory;
let memory: WasmMemory | undefined;
// The engine's package offers no limit of its own: its memory is made with ours.
webAssembly.Memory = function limitedMemory(descriptor: MemoryDescriptor): WasmMemory {
  memory = new Memory({ ...descriptor, maximum: Math.min(descriptor.maximum ?? memoryPagesMax, memoryPagesMax) });
  return memory;
} as unknown as typeof Memory;

const engine = new PGlite(folder, {
  database,
  pgliteWasmModule: module,
  // Never used: the image is there. Given so that no second module is read from disk.
  initdbWasmModule: module,
  relaxedDurability: true,
  startParams: [...PGlite.defaultStartParams, '-c', 'shared_buffers=4MB'],
});
// Half of the start-up time, for type parsers that nothing here uses.
Object.assign(engine, { _initArrayTypes: () => Promise.resolve() });
await engine.waitReady;

const output = new OutputBuffer(pieceBytes, send);
let id = 0;

parentPort?.on('message', (request: Uint8Array) => {
  id += 1;
  if (claim(shared, id))
    void engine.execProtocolRawStream(request, { syncToFs: false, onRawData: (bytes) => output.add(bytes) });
  const bytes = output.rest();
  Atomics.add(shared, outstandingIndex, bytes.length);
  answer({ type: 'end', bytes, memoryBytes: memory?.buffer.byteLength ?? 0 }, [bytes.buffer]);
});
answer({ type: 'ready', threadId: threadId() });

/** Only Linux says it. */
function threadId(): number | null {
  try {
    return Number(basename(readlinkSync('/proc/thread-self')));
  } catch {
    return null;
  }
}

function send(bytes: Uint8Array<ArrayBuffer>): void {
  let waiting = Atomics.add(shared, outstandingIndex, bytes.length) + bytes.length;
  answer({ type: 'part', bytes }, [bytes.buffer]);
  while (waiting > windowBytes) {
    Atomics.wait(shared, outstandingIndex, waiting);
    waiting = Atomics.load(shared, outstandingIndex);
  }
}

function answer(message: MirrorAnswer, transfer: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transfer);
}
