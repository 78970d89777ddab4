/** Other blanks become a blank; soft hyphens, joiners, variation selectors and the like become nothing. RFC 3454, C.1.2 and B.1. */
const otherBlanks = /[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000]/gu;
const mappedToNothing = /\u00ad|\u034f|\u1806|[\u180b-\u180d]|[\u200c\u200d]|\u2060|[\ufe00-\ufe0f]|\ufeff/gu;
/** Control characters, private use, surrogates, what is no character or changes the text's display. RFC 3454, C.2 to C.9. */
const prohibited =
  /[\p{Cc}\p{Co}\p{Cs}\p{Noncharacter_Code_Point}\u06dd\u070f\u180e\u2028\u2029\u200e\u200f\u202a-\u202e\u206a-\u206f\u2ff0-\u2ffb\ufff9-\ufffd\u{1d173}-\u{1d17a}\u{e0001}\u{e0020}-\u{e007f}]/u;

/**
 * A password as both sides of SCRAM count it (SASLprep, RFC 4013): one that people see as the same is the same. Where the rules prohibit a
 * character the text counts as it is, as in libpq.
 */
export function preparedPassword(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  const mapped = text.replaceAll(otherBlanks, ' ').replaceAll(mappedToNothing, '').normalize('NFKC');
  return mapped === '' || prohibited.test(mapped) ? text : mapped;
}
