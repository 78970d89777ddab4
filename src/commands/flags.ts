import { UsageError } from './usage-error.ts';

export type Command = 'serve' | 'backup' | 'restore' | 'rekey' | 'audit';

interface FlagDescription {
  /** What stands for the value in the help; null: the flag stands alone. */
  readonly value: string | null;
  readonly default?: string;
  readonly doc: string;
  /** The commands that take it; without it only `serve` does. */
  readonly of?: readonly Command[];
}

const onDirectory = ['serve', 'backup', 'restore', 'rekey', 'audit'] as const;
const withMasterKey = ['serve', 'rekey'] as const;

/** Every flag. Each is also a variable: `--data-dir` is SALLYPORT_DATA_DIR; the flag wins. */
export const flags = {
  'data-dir': {
    value: 'DIR',
    default: './data',
    doc: 'Where the catalog, what was observed and the master key are kept.',
    of: onDirectory,
  },
  'listen-sql': { value: 'HOST:PORT', default: '127.0.0.1:6875', doc: 'PostgreSQL protocol. Port 0 takes a free one.' },
  'listen-http': { value: 'HOST:PORT', default: '127.0.0.1:6876', doc: 'Health and metrics. Port 0 takes a free one.' },
  'egress-address': { value: 'IP[,IP…]', doc: 'Addresses that bastions see; local ones are bound by SSH connections.' },
  auth: {
    value: 'scram|trust',
    default: 'scram',
    doc: 'How clients on TCP prove who they are; trust lets everyone in, on loopback only.',
  },
  tls: { value: 'auto', doc: 'TLS with a self-signed certificate, made and renewed in DIR/tls.' },
  'tls-cert': { value: 'FILE', doc: 'Certificate chain (PEM) for TLS; read again when it changes and at SIGHUP.' },
  'tls-key': { value: 'FILE', doc: 'Its private key (PEM).' },
  'tls-client-ca': { value: 'FILE', doc: 'Who has a certificate that this CA signed for a role logs in as that role.' },
  'allow-plaintext': {
    value: null,
    doc: 'Lets clients of other machines come without TLS. Passwords stay secret, all else is open.',
  },
  'relays-per-connection': {
    value: 'NUMBER',
    default: '1000',
    doc: 'Clients at once that name one connection as database. 0: no limit.',
  },
  'relays-per-role': { value: 'NUMBER', default: '1000', doc: 'The same of one role, over all connections.' },
  'relay-connect-timeout': {
    value: 'TIME',
    default: '30s',
    doc: 'How long such a client waits for the server of its connection: 500ms, 30s, 5m, 1h.',
  },
  'relay-idle-timeout': {
    value: 'TIME',
    default: '0',
    doc: 'How long it may say nothing once it was answered. 0: no limit.',
  },
  'relay-lifetime': { value: 'TIME', default: '0', doc: 'How long it may stay. 0: no limit.' },
  'relay-drain': { value: 'TIME', default: '5s', doc: 'How long it may go on after SIGTERM.' },
  'log-level': { value: 'LEVEL', default: 'info', doc: 'debug, info, warn, error or silent.' },
  'log-format': { value: 'json|pretty', doc: 'Default: pretty on a terminal, otherwise json.' },
  'master-key-file': {
    value: 'FILE',
    doc: 'Key that wraps all others. Default: DIR/master.key, made at the first start.',
    of: withMasterKey,
  },
  'master-key-env': {
    value: 'VARIABLE',
    doc: 'The environment variable that holds the master key, instead of a file.',
    of: withMasterKey,
  },
  'master-key-command': {
    value: 'COMMAND',
    doc: 'A shell command that prints the master key, instead of a file.',
    of: withMasterKey,
  },
  'new-master-key-file': {
    value: 'FILE',
    doc: 'Where the new key is, or is made. Default: a new key takes the place of the old file.',
    of: ['rekey'],
  },
  'new-master-key-env': { value: 'VARIABLE', doc: 'The environment variable that holds the new key.', of: ['rekey'] },
  'new-master-key-command': { value: 'COMMAND', doc: 'A shell command that prints the new key.', of: ['rekey'] },
  since: {
    value: 'TIME',
    doc: 'From this time on: 2031-05-01, 2031-05-01T12:00Z, or 90m, 24h, 7d ago. Default: everything.',
    of: ['audit'],
  },
} as const satisfies Record<string, FlagDescription>;

export type Flag = keyof typeof flags;
export type FlagValues = ReadonlyMap<Flag, string>;

const names = Object.keys(flags) as readonly Flag[];
const descriptions: Readonly<Record<Flag, FlagDescription>> = flags;
const defaultCommands: readonly Command[] = ['serve'];

const flagsOf = (command: Command): readonly Flag[] =>
  names.filter((name) => (descriptions[name].of ?? defaultCommands).includes(command));

export interface CommandLine {
  readonly values: FlagValues;
  /** What is no flag: as many words as were asked for. */
  readonly words: readonly string[];
}

/**
 * Flags, then variables, and the words that a command asks for (`['FILE']`).
 * @throws UsageError for an unknown flag, a stray or missing word or a missing value. An empty variable counts as not set.
 */
export function readCommandLine(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  command: Command,
  wordNames: readonly string[] = [],
): CommandLine {
  const values = new Map<Flag, string>();
  const words: string[] = [];
  for (const name of flagsOf(command)) {
    const value = environment[variableOf(name)];
    if (value !== undefined && value !== '') values.set(name, value);
  }
  for (let index = 0; index < args.length; index += 1) {
    const argument = args[index] ?? '';
    if (!argument.startsWith('-') && words.length < wordNames.length) {
      words.push(argument);
      continue;
    }
    const equals = argument.indexOf('=');
    const name = toFlag(equals === -1 ? argument : argument.slice(0, equals), command);
    const placeholder = descriptions[name].value;
    if (placeholder === null && equals === -1) {
      values.set(name, 'true');
      continue;
    }
    const value = equals === -1 ? args[(index += 1)] : argument.slice(equals + 1);
    if (value === undefined || value === '' || (equals === -1 && value.startsWith('--'))) {
      throw new UsageError(`--${name}: a value is needed (${placeholder ?? 'true or false'})`);
    }
    values.set(name, value);
  }
  const missing = wordNames[words.length];
  if (missing !== undefined) throw new UsageError(`${command}: ${missing} is missing; try --help`);
  return { values, words };
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
    const only = (flag.of ?? defaultCommands).includes('serve') ? '' : `${flag.of?.join(', ') ?? ''}: `;
    return [`--${name}${flag.value === null ? '' : ` ${flag.value}`}`, `${only}${flag.doc}${fallback}`];
  });
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n');
}

function toFlag(word: string, command: Command): Flag {
  if (!word.startsWith('-')) throw new UsageError(`unexpected argument "${word}"; try --help`);
  const name = flagsOf(command).find((candidate) => word === `--${candidate}`);
  if (name === undefined) throw new UsageError(`unknown flag ${word}; try --help`);
  return name;
}
