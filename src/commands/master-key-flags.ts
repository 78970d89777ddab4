import { resolve } from 'node:path';
import type { MasterKeySource } from '../secrets/index.ts';
import type { Flag, FlagValues } from './flags.ts';
import { UsageError } from './usage-error.ts';

type Prefix = '' | 'new-';

/** Where a master key is, as told by `--master-key-…` or `--new-master-key-…`; undefined when none is given. @throws UsageError for two of them */
export function masterKeySource(values: FlagValues, prefix: Prefix): MasterKeySource | undefined {
  const [file, environment, command] = (['file', 'env', 'command'] as const).map(
    (kind) => `${prefix}master-key-${kind}` as const satisfies Flag,
  ) as [Flag, Flag, Flag];
  const given = [file, environment, command].filter((flag) => values.has(flag));
  if (given.length > 1) throw new UsageError(`${given.map((flag) => `--${flag}`).join(' and ')}: give one of them`);
  const [flag] = given;
  const value = flag === undefined ? undefined : values.get(flag);
  if (value === undefined) return undefined;
  if (flag === file) return { from: 'file', file: resolve(value) };
  return flag === environment ? { from: 'environment', variable: value } : { from: 'command', command: value };
}
