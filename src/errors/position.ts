/**
 * Turns an offset in UTF-16 units (what JavaScript counts, from 0) into the position of an ErrorResponse (characters, from 1).
 * Source: PostgreSQL 16 §55.8, field P.
 */
export function toPosition1(text: string, offset0: number): number {
  let characters = 0;
  for (let index = 0; index < offset0 && index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    const isLowSurrogate = unit >= 0xdc00 && unit <= 0xdfff;
    if (!isLowSurrogate || index === 0) characters += 1;
  }
  return characters + 1;
}
