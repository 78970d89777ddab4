import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  dialectWords,
  kinds,
  type OptionSpec,
  type OptionValueType,
  refusedKinds,
} from '../../src/connections/index.ts';

const root = join(import.meta.dirname, '../..');
const grammarDirectory = join(root, 'grammar/statements');
const textDirectory = join(root, 'docs/sql/text');
/** Where the pages stand: `docs/sql/<statement>.md`. */
export const pageDirectory = join(root, 'docs/sql');
const lineLengthMax = 110;

/** The pages of the manual by file name, made of their texts, the grammar and the tables of the connection kinds. */
export function sqlPages(): ReadonlyMap<string, string> {
  const rules = new Map([...grammarFiles().flatMap(rulesOf), ...wordRules()]);
  const files = readdirSync(textDirectory).filter((name) => name.endsWith('.md'));
  return new Map(files.toSorted().map((file) => [file, page(file, rules)]));
}

function page(file: string, rules: ReadonlyMap<string, string>): string {
  const text = readFileSync(join(textDirectory, file), 'utf8');
  const syntax = syntaxOf(file.replace('.md', ''), rules);
  return text.replace('{{syntax}}', () => `\`\`\`ebnf\n${syntax}\n\`\`\``).replace('{{options}}', () => optionTables());
}

const grammarFiles = (): readonly string[] => readdirSync(grammarDirectory).filter((name) => name.endsWith('.ebnf'));

/** Each rule of a file with its text; what the kinds' tables say becomes rules of its own. */
function rulesOf(file: string): readonly (readonly [string, string])[] {
  const text = readFileSync(join(grammarDirectory, file), 'utf8')
    .replaceAll(/\(\*[\s\S]*?\*\)\n?/g, '')
    .replaceAll(/\?(connection kind|option with \w+)\?/g, (_all, words: string) => words.replaceAll(' ', '_'));
  return [...text.matchAll(/^([a-z_]+) *=(?:[^";]|"[^"]*")*;/gm)].map((match) => [match[1] ?? '', match[0]]);
}

/** Names of kinds and options, as the tables have them. */
function wordRules(): readonly (readonly [string, string])[] {
  const { kinds: kindWords, options } = dialectWords();
  const syntaxes = [...new Set(options.values())];
  return [
    ['connection_kind', choice('connection_kind', kindWords)],
    ...syntaxes.map((syntax) => {
      const names = [...options].filter(([, each]) => each === syntax).map(([name]) => name);
      const all = names.includes('USER') ? [...names, 'USERNAME'] : names;
      return [`option_with_${syntax}`, choice(`option_with_${syntax}`, all)] as const;
    }),
  ];
}

function choice(name: string, words: readonly string[]): string {
  const lines = [`${name} =`];
  for (const [index, word] of words.entries()) {
    const part = `${index === 0 ? '' : '| '}"${word}"`;
    const last = lines.length - 1;
    const longer = `${lines[last]} ${part}`;
    if (longer.length <= lineLengthMax) lines[last] = longer;
    else lines.push(`    ${part}`);
  }
  return `${lines.join('\n')} ;`;
}

/** The statement's own rules, then those that they use, each once. */
function syntaxOf(statement: string, rules: ReadonlyMap<string, string>): string {
  const shown = new Map(rulesOf(`${statement}.ebnf`));
  for (const [, text] of shown) {
    // A map goes on with what is added while it is walked.
    for (const name of text.replaceAll(/"[^"]*"|\?[^?]*\?/g, '').match(/[a-z_]+/g) ?? []) {
      const rule = rules.get(name);
      if (rule !== undefined && !shown.has(name)) shown.set(name, rule);
    }
  }
  return [...shown.values()].join('\n');
}

function optionTables(): string {
  const tables = kinds.map((kind) => {
    const rows = Object.entries(kind.options).map(([name, spec]) => row(name, spec));
    const checked = kind.validatesByDefault ? 'Checked' : 'Not checked';
    return [
      `### ${kind.words.join(' ')}`,
      `${checked} when it is created or altered, unless \`WITH (VALIDATE = …)\` says otherwise.`,
      ['| Option | Value | Default | |', '|---|---|---|---|', ...rows].join('\n'),
    ].join('\n\n');
  });
  const refused = refusedKinds.map(
    (kind) => `* **${kind.words.join(' ')}** (${kind.optionNames.join(', ')}): ${kind.hint}`,
  );
  const kept = 'They parse, and are refused with 0A000.';
  return [...tables, ['### Kinds that are not supported', '', kept, '', ...refused].join('\n')].join('\n\n');
}

function row(name: string, spec: OptionSpec): string {
  const { value } = spec;
  const standard = 'default' in value && value.default !== undefined ? `\`${value.default}\`` : '';
  const notes = [
    spec.doc,
    ...(spec.alterable ? [] : ['Cannot be altered.']),
    ...(spec.fixedWhileDependedUpon === true
      ? ['Cannot be altered while other objects depend on the connection.']
      : []),
  ];
  return `| ${name} | ${valueWords(value)} | ${spec.required === true ? '*required*' : standard} | ${notes.join(' ').replaceAll('|', String.raw`\|`)} |`;
}

function valueWords(value: OptionValueType): string {
  switch (value.form) {
    case 'text':
      return 'text';
    case 'text-or-secret':
      return 'text or `SECRET name`';
    case 'secret':
      return '`SECRET name`';
    case 'integer':
      return `number, ${value.min} to ${value.max}`;
    case 'one-of':
      return value.values.map((each) => `\`${each}\``).join(', ');
    case 'object':
      return 'name of a connection';
    case 'text-list':
      return 'text, or a list of texts';
    case 'broker':
      return 'broker';
    case 'brokers':
      return 'list of brokers';
    case 'refused':
      return 'not supported';
  }
}
