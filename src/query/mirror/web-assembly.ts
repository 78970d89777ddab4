/** The part of WebAssembly that this room uses; Node's types have none without the DOM's. */
export interface WasmModule {
  readonly [Symbol.toStringTag]?: 'WebAssembly.Module';
}

export interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

export interface MemoryDescriptor {
  readonly initial: number;
  readonly maximum?: number;
}

interface WasmNamespace {
  compile(bytes: Uint8Array): Promise<WasmModule>;
  Memory: new (descriptor: MemoryDescriptor) => WasmMemory;
}

export const webAssembly = (globalThis as unknown as { readonly WebAssembly: WasmNamespace }).WebAssembly;
