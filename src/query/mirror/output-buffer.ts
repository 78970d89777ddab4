/** Joins what an engine puts out, bit by bit, into pieces that are sent. Each byte is copied once. */
export class OutputBuffer {
  readonly #pieceBytes: number;
  readonly #onPiece: (piece: Uint8Array<ArrayBuffer>) => void;
  #bytes: Uint8Array<ArrayBuffer>;
  #used = 0;

  /** `onPiece` is given each piece of `pieceBytes` as soon as it is full, to keep. */
  constructor(pieceBytes: number, onPiece: (piece: Uint8Array<ArrayBuffer>) => void) {
    this.#pieceBytes = pieceBytes;
    this.#onPiece = onPiece;
    this.#bytes = new Uint8Array(pieceBytes);
  }

  add(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length; ) {
      const taken = Math.min(bytes.length - from, this.#pieceBytes - this.#used);
      this.#bytes.set(bytes.subarray(from, from + taken), this.#used);
      this.#used += taken;
      from += taken;
      if (this.#used === this.#pieceBytes) this.#hand();
    }
  }

  /** What is left, to keep; the next piece begins. */
  rest(): Uint8Array<ArrayBuffer> {
    const rest = this.#bytes.slice(0, this.#used);
    this.#used = 0;
    return rest;
  }

  #hand(): void {
    const full = this.#bytes;
    this.#bytes = new Uint8Array(this.#pieceBytes);
    this.#used = 0;
    this.#onPiece(full);
  }
}
