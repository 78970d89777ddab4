/**
 * Whether the text of a statement may hold a secret value, parsed or not: neither it nor an error about it may reach a log.
 * Errs on the side of silence.
 */
export const mentionsSecret = (text: string): boolean => /secret|password|\bexecute\b/i.test(text);
