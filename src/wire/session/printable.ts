const shownMost = 128;

/** A client's own words for the log: without control characters, and not longer than a line. */
export function printable(text: string): string {
  const shown = text.length > shownMost ? `${text.slice(0, shownMost)}…` : text;
  return shown.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u${code.toString(16).padStart(4, '0')}`;
  });
}
