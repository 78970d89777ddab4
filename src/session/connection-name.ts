import type { Ident } from '../sql/index.ts';

/** One part of a name, as SQL writes it, or a word that SQL would want in quotes and nobody could take for anything else. */
const part = /"((?:[^"]|"")*)"|([^".]+)/y;

/** The name of a connection in the place of a database: one to three parts, folded unless quoted. Undefined for what is no name. */
export function connectionName(text: string): readonly Ident[] | undefined {
  const parts: Ident[] = [];
  for (let offset0 = 0; ; offset0 += 1) {
    part.lastIndex = offset0;
    const [whole, quoted, bare] = part.exec(text) ?? [];
    if (whole === undefined || whole === '""' || parts.length === 3) return undefined;
    parts.push({ value: quoted?.replaceAll('""', '"') ?? bare?.toLowerCase() ?? '', offset0 });
    offset0 += whole.length;
    if (offset0 === text.length) return parts;
    if (text[offset0] !== '.') return undefined;
  }
}
