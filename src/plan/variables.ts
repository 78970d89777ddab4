import { fixedVariables } from './fixed-variables.ts';
import { sessionVariables } from './session-variables.ts';
import { systemVariables } from './system-variables.ts';
import type { Variable } from './variable.ts';

/** Every variable that SHOW ALL lists. */
export const variables: readonly Variable[] = [...sessionVariables, ...fixedVariables, ...systemVariables];

const byName = new Map(variables.map((variable) => [variable.name.toLowerCase(), variable]));
/** `SET schema`, `SET NAMES`, `SET TIME ZONE` and the like. */
const aliases = new Map([
  ['schema', 'search_path'],
  ['names', 'client_encoding'],
  ['time zone', 'timezone'],
  ['transaction isolation level', 'transaction_isolation'],
]);

export function findVariable(name: string): Variable | undefined {
  const key = name.toLowerCase();
  return byName.get(aliases.get(key) ?? key);
}

/** Names with a dot are anybody's, as in PostgreSQL: kept and shown back. */
export const isCustomVariable = (name: string): boolean => /^[^.]+\.[^.]+/.test(name);
