import { UsageError } from './usage-error.ts';

interface FlagDescription {
  /** What stands for the value in the help. */
  readonly value: string;
  readonly default?: string;
  readonly doc: string;
}

/** Every flag of `serve`. Each is also a variable: `--data-dir` is SALLYPORT_DATA_DIR; the flag wins. */
export const flags = {
  'data-dir': {
    value: 'DIR',
    default: './data',
    doc: 'Where the catalog, what was observed and the master key are kept.',
  },
  'listen-sql': { value: 'HOST:PORT', default: '127.0.0.1:6875', doc: 'PostgreSQL protocol. Port 0 takes a free one.' },
  'listen-http': { value: 'HOST:PORT', default: '127.0.0.1:6876', doc: 'Health and metrics. Port 0 takes a free one.' },
  'egress-address': { value: 'IP[,IP…]', doc: 'Addresses that bastions see; local ones are bound by SSH connections.' },
  auth: {
    value: 'trust|scram',
    default: 'trust',
    doc: 'How clients prove who they are. Only trust, and only on loopback, for now.',
  },
  'log-level': { value: 'LEVEL', default: 'info', doc: 'debug, info, warn, error or silent.' },
  'log-format': { value: 'json|pretty', doc: 'Default: pretty on a terminal, otherwise json.' },
  'master-key-file': {
    value: 'FILE',
    doc: 'Key that wraps all others. Default: DIR/master.key, made at the first start.',
  },
} as const satisfies Record<string, FlagDescription>;

export type Flag = keyof typeof flags;
export type FlagValues = ReadonlyMap<Flag, string>;

const names = Object.keys(flags) as readonly Flag[];
const descriptions: Readonly<Record<Flag, FlagDescription>> = flags;

/** @throws UsageError for an unknown flag, a stray word or a missing value. An empty variable counts as not set. */
export function readFlags(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): FlagValues {
  const values = new Map<Flag, string>();
  for (const name of names) {
    const value = environment[variableOf(name)];
    if (value !== undefined && value !== '') values.set(name, value);
  }
  for (let index = 0; index < args.length; index += 1) {
    const argument = args[index] ?? '';
    const equals = argument.indexOf('=');
    const name = toFlag(equals === -1 ? argument : argument.slice(0, equals));
    const value = equals === -1 ? args[(index += 1)] : argument.slice(equals + 1);
    if (value === undefined || value === '' || (equals === -1 && value.startsWith('--'))) {
      throw new UsageError(`--${name}: a value is needed (${flags[name].value})`);
    }
    values.set(name, value);
  }
  return values;
}

/** `data-dir` → `SALLYPORT_DATA_DIR`. */
export function variableOf(name: Flag): string {
  return `SALLYPORT_${name.replaceAll('-', '_').toUpperCase()}`;
}

/** What holds when neither flag nor variable is given. */
export function defaultOf(name: Flag): string | undefined {
  return descriptions[name].default;
}

/** The part of `--help` that lists the flags. */
export function describeFlags(): string {
  const rows = names.map((name): readonly [string, string] => {
    const flag = descriptions[name];
    const fallback = flag.default === undefined ? '' : ` [${flag.default}]`;
    return [`--${name} ${flag.value}`, `${flag.doc}${fallback}`];
  });
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n');
}

function toFlag(word: string): Flag {
  if (!word.startsWith('-')) throw new UsageError(`unexpected argument "${word}"; try --help`);
  const name = names.find((candidate) => word === `--${candidate}`);
  if (name === undefined) throw new UsageError(`unknown flag ${word}; try --help`);
  return name;
}
