import { closeSync, fsyncSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import { basename } from 'node:path';

/** A tar archive of plain files (POSIX.1-1988 ustar): the operator's own tools can list and unpack a backup. */
const blockBytes = 512;
const chunkBytes = 1_048_576;

export interface TarEntry {
  readonly name: string;
  readonly offset: number;
  readonly sizeBytes: number;
}

/** Writes the files, under their own names, and waits for the disk. The archive's mode is 0600. */
export function writeTar(path: string, files: readonly string[]): void {
  const archive = openSync(path, 'w', 0o600);
  try {
    for (const file of files) {
      const { size, mtimeMs } = statSync(file);
      writeSync(archive, header(basename(file), size, Math.floor(mtimeMs / 1_000)));
      copyInto(archive, file);
      writeSync(archive, Buffer.alloc(padding(size)));
    }
    writeSync(archive, Buffer.alloc(2 * blockBytes));
    fsyncSync(archive);
  } finally {
    closeSync(archive);
  }
}

/** The archive's files, or null when it is not an archive as {@link writeTar} makes it, or was cut off. */
export function readTar(archive: number): readonly TarEntry[] | null {
  const entries: TarEntry[] = [];
  const block = Buffer.alloc(blockBytes);
  for (let offset = 0; ; ) {
    if (readSync(archive, block, 0, blockBytes, offset) < blockBytes) return null;
    if (block.every((byte) => byte === 0)) return entries;
    if (checksum(block) !== Number.parseInt(field(block, 148, 8), 8)) return null;
    const sizeBytes = Number.parseInt(field(block, 124, 12), 8);
    offset += blockBytes;
    entries.push({ name: field(block, 0, 100), offset, sizeBytes });
    offset += sizeBytes + padding(sizeBytes);
  }
}

/** The bytes of an entry, in pieces. Fewer than its size when the archive was cut off. */
export function* readEntry(archive: number, { offset, sizeBytes }: TarEntry): Iterable<Buffer> {
  for (let at = 0; at < sizeBytes; ) {
    const chunk = Buffer.allocUnsafe(Math.min(chunkBytes, sizeBytes - at));
    const read = readSync(archive, chunk, 0, chunk.length, offset + at);
    if (read === 0) return;
    yield chunk.subarray(0, read);
    at += read;
  }
}

function copyInto(archive: number, path: string): void {
  const file = openSync(path, 'r');
  try {
    const chunk = Buffer.alloc(chunkBytes);
    for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) writeSync(archive, chunk, 0, read);
  } finally {
    closeSync(file);
  }
}

function header(name: string, sizeBytes: number, modifiedS: number): Buffer {
  const block = Buffer.alloc(blockBytes);
  block.write(name, 0, 100);
  block.write(octal(0o600, 7), 100);
  block.write(octal(0, 7), 108);
  block.write(octal(0, 7), 116);
  block.write(octal(sizeBytes, 11), 124);
  block.write(octal(modifiedS, 11), 136);
  block.write('0', 156);
  block.write('ustar\u000000', 257);
  block.write(octal(checksum(block), 6), 148);
  return block;
}

/** The sum of the header's bytes, its own field taken as blanks. */
function checksum(block: Buffer): number {
  return block.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 0x20 : byte), 0);
}

const padding = (sizeBytes: number): number => (blockBytes - (sizeBytes % blockBytes)) % blockBytes;

const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, '0')}\0`;

const field = (block: Buffer, at: number, length: number): string =>
  block
    .toString('utf8', at, at + length)
    .replace(/\0.*$/s, '')
    .trim();
