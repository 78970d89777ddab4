/** `E'…'` whatever standard_conforming_strings says. */
export const quoteLiteral = (text: string): string => `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

export const quoteIdentifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;
