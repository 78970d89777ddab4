/** Reads names out of statement text at places that the parser gave. Source: PostgreSQL 16 §4.1.1. */

const identifierStart = /[A-Za-z_\u0080-\uffff]/;
const identifierPart = /[A-Za-z0-9_$\u0080-\uffff]/;

/** The end of the identifier that starts at `start0`, quoted or not; `start0` itself when there is none. */
export function identifierEnd(text: string, start0: number): number {
  let offset = start0;
  if (/^U&"/i.test(text.slice(offset, offset + 3))) offset += 2;
  if (text[offset] === '"') {
    for (offset += 1; offset < text.length; offset += 1) {
      if (text[offset] !== '"') continue;
      if (text[offset + 1] !== '"') return offset + 1;
      offset += 1;
    }
    return start0;
  }
  if (!identifierStart.test(text[offset] ?? '')) return start0;
  while (identifierPart.test(text[offset] ?? '')) offset += 1;
  return offset;
}

/** Skips blanks and comments. */
export function skipBlanks(text: string, start0: number): number {
  let offset = start0;
  for (;;) {
    while (/\s/.test(text[offset] ?? '')) offset += 1;
    if (text.startsWith('--', offset)) {
      const end = text.indexOf('\n', offset);
      offset = end < 0 ? text.length : end + 1;
    } else if (text.startsWith('/*', offset)) {
      offset = commentEnd(text, offset);
    } else {
      return offset;
    }
  }
}

function commentEnd(text: string, start0: number): number {
  let depth = 0;
  let offset = start0;
  while (offset < text.length) {
    if (text.startsWith('/*', offset)) {
      depth += 1;
      offset += 2;
    } else if (text.startsWith('*/', offset)) {
      depth -= 1;
      offset += 2;
      if (depth === 0) return offset;
    } else {
      offset += 1;
    }
  }
  return offset;
}

/** The start of each part of a dotted name that starts at `start0`, as far as `count` parts. */
export function partStarts(text: string, start0: number, count: number): readonly number[] {
  const starts: number[] = [start0];
  let offset = start0;
  while (starts.length < count) {
    offset = skipBlanks(text, identifierEnd(text, offset));
    if (text[offset] !== '.') break;
    offset = skipBlanks(text, offset + 1);
    starts.push(offset);
  }
  return starts;
}
