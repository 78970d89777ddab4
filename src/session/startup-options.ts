import { type PgNotice, notice } from '../errors/index.ts';
import { canonicalValue, findVariable, isCustomVariable } from '../plan/index.ts';

/** Keys of a StartupMessage that are no variables. */
const notVariables = new Set(['user', 'database', 'options', 'replication']);

export interface StartupSettings {
  readonly values: ReadonlyMap<string, string>;
  readonly notices: readonly PgNotice[];
}

/**
 * Variables that a StartupMessage sets: its own keys and `options` (`-c name=value`, `--name=value`, blanks escaped by a backslash).
 * Names that this server does not know are kept and shown back, with a notice. Source: PostgreSQL 16 §55.7, StartupMessage.
 * @throws PgError 22023 for a value that a known variable does not take
 */
export function startupSettings(parameters: ReadonlyMap<string, string>): StartupSettings {
  const values = new Map<string, string>();
  const notices: PgNotice[] = [];
  const set = (name: string, value: string): void => {
    const variable = findVariable(name);
    if (variable === undefined) {
      values.set(name, value);
      if (!isCustomVariable(name))
        notices.push(notice('successful_completion', `startup setting ${name} not set: not known here`));
      return;
    }
    if (variable.scope !== 'session') return;
    const words = variable.type.form === 'names' ? value.split(',').map((word) => word.trim()) : [value];
    values.set(variable.name, variable.type.form === 'names' ? value : canonicalValue(variable, words));
  };
  for (const [name, value] of parameters) {
    if (!notVariables.has(name) && !name.startsWith('_pq_.')) set(name, value);
  }
  for (const [name, value] of commandLineOptions(parameters.get('options') ?? '')) set(name, value);
  return { values, notices };
}

function commandLineOptions(text: string): readonly (readonly [string, string])[] {
  const words = splitWords(text);
  const pairs: (readonly [string, string])[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    const setting =
      word === '-c'
        ? words[(index += 1)]
        : word.startsWith('--')
          ? word.slice(2)
          : word.startsWith('-c')
            ? word.slice(2)
            : undefined;
    const equals = setting?.indexOf('=') ?? -1;
    if (setting === undefined || equals < 1) continue;
    pairs.push([setting.slice(0, equals).replaceAll('-', '_'), setting.slice(equals + 1)]);
  }
  return pairs;
}

function splitWords(text: string): readonly string[] {
  const words = text.match(/(?:\\[\s\S]|[^\s\\])+/g) ?? [];
  return words.map((word) => word.replaceAll(/\\([\s\S])/g, '$1'));
}
