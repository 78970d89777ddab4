/** `E'…'` whatever standard_conforming_strings says. */
export const quoteLiteral = (text: string): string => `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

export const quoteIdentifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Quoted only where it must be, as SHOW search_path has it. */
export const showIdentifier = (name: string): string =>
  /^[a-z_][a-z0-9_$]*$/.test(name) ? name : quoteIdentifier(name);
