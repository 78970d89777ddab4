/** Turns the parser's offsets (bytes of UTF-8) into UTF-16 units. Free for ASCII; linear once otherwise. */
export function byteOffsetReader(text: string): (byteOffset: number) => number {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length === text.length) return (offset) => offset;
  return (offset) => bytes.toString('utf8', 0, offset).length;
}
