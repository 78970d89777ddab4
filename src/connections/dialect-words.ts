import type { RefusedKind } from './kind.ts';
import { kinds, refusedKinds } from './kinds.ts';
import type { OptionValueType } from './options.ts';

type OptionSyntax = 'value' | 'object' | 'privatelink' | 'broker' | 'brokers';

/** The order in which errors list kinds and options: the one of the dialect's own lists. */
const kindOrder = [
  'AWS',
  'AWS PRIVATELINK',
  'KAFKA',
  'CONFLUENT SCHEMA REGISTRY',
  'POSTGRES',
  'SSH TUNNEL',
  'SQL SERVER',
  'MYSQL',
  'ICEBERG CATALOG',
];

/** Options of refused kinds whose value is a name by syntax; the tables of the other kinds say it themselves. */
const objectOptions: Readonly<Record<string, OptionSyntax>> = {
  'AWS CONNECTION': 'object',
  'SSH TUNNEL': 'object',
  'AWS PRIVATELINK': 'privatelink',
};

/** Options of refused kinds that hold secrets: whoever writes one in the clear shall not find it in a log. */
const refusedSecrets = ['CREDENTIAL', 'SECRET ACCESS KEY', 'SESSION TOKEN'];

/** What the parser must know of the kinds, made from their tables. */
export function dialectWords(): {
  readonly kinds: readonly string[];
  readonly options: ReadonlyMap<string, OptionSyntax>;
  readonly optionsByKind: ReadonlyMap<string, readonly string[]>;
  readonly redactedOptions: ReadonlySet<string>;
} {
  const optionsByKind = new Map([
    ...kinds.map((kind) => [kind.words.join(' '), Object.keys(kind.options)] as const),
    ...refusedKinds.map((kind) => [kind.words.join(' '), kind.optionNames] as const),
  ]);
  return {
    kinds: kindOrder.filter((words) => optionsByKind.has(words)),
    options: optionSyntax(),
    optionsByKind,
    redactedOptions: redactedOptions(),
  };
}

function optionSyntax(): ReadonlyMap<string, OptionSyntax> {
  const entries = new Map<string, OptionSyntax>();
  for (const kind of refusedKinds) for (const [name, syntax] of refusedSyntax(kind)) entries.set(name, syntax);
  for (const kind of kinds) {
    for (const [name, spec] of Object.entries(kind.options)) entries.set(name, syntaxOf(spec.value));
  }
  return new Map([...entries].toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

function redactedOptions(): ReadonlySet<string> {
  const hidden = kinds
    .flatMap((kind) => Object.entries(kind.options))
    .filter(([, spec]) => spec.redact || spec.value.form === 'secret');
  return new Set([...hidden.map(([name]) => name), ...refusedSecrets]);
}

const refusedSyntax = (kind: RefusedKind): readonly (readonly [string, OptionSyntax])[] =>
  kind.optionNames.map((name) => [name, objectOptions[name] ?? 'value']);

function syntaxOf(value: OptionValueType): OptionSyntax {
  if (value.form === 'refused') return value.syntax;
  return value.form === 'object' || value.form === 'broker' || value.form === 'brokers' ? value.form : 'value';
}
