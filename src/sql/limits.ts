/** Limits of the language. Source: docs/guide, limits. */

/** A query string, in bytes of UTF-8. */
export const sourceBytesMax = 1024 * 1024;
/** Parentheses, brackets and expressions within each other. */
export const nestingMax = 128;
/** Items of any list. */
export const listLengthMax = 10_000;
/** One part of a name, in bytes of UTF-8. */
export const identifierBytesMax = 255;
