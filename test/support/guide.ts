import { kinds, type OptionSpec } from '../../src/connections/index.ts';
import type { PgError } from '../../src/errors/index.ts';
import type { Run } from './connection-run.ts';

/** The page with the table between its markers made anew from the kind's options. */
export function withOptionTables(page: string): string {
  return page.replaceAll(/<!-- options of (\S+) -->\n[\s\S]*?<!-- end -->/g, (_, type: string) => {
    return `<!-- options of ${type} -->\n${optionTable(type)}\n<!-- end -->`;
  });
}

function optionTable(type: string): string {
  const kind = kinds.find((candidate) => candidate.type === type);
  if (kind === undefined) throw new Error(`no kind ${type}`);
  const rows = Object.entries(kind.options).map(
    ([name, spec]) => `| ${name} | ${valueOf(spec)} | ${neededOf(spec)} | ${spec.doc} |`,
  );
  return ['| option | value | | |', '|---|---|---|---|', ...rows].join('\n');
}

function valueOf({ value }: OptionSpec): string {
  switch (value.form) {
    case 'text':
      return 'text';
    case 'text-or-secret':
      return 'text or secret';
    case 'secret':
      return 'secret';
    case 'integer':
      return 'number';
    case 'one-of':
      return value.values.map((word) => `\`${word}\``).join(', ');
    case 'object':
      return `name of an ${value.type} connection`;
    case 'text-list':
      return 'text or list';
    case 'broker':
      return 'broker';
    case 'brokers':
      return 'list of brokers';
    default:
      return 'refused';
  }
}

function neededOf({ required, value, alterable }: OptionSpec): string {
  const fallback = 'default' in value && value.default !== undefined ? `default ${value.default}` : '';
  return [required === true ? 'required' : fallback, alterable ? '' : 'cannot be altered']
    .filter((word) => word !== '')
    .join(', ');
}

/** One entry of the page on trouble: what a user reads, and what to do. */
export interface Trouble {
  readonly title: string;
  readonly error: Pick<PgError, 'message' | 'code' | 'hint' | 'stage'>;
}

export function troublePage(
  sections: readonly { readonly title: string; readonly troubles: readonly Trouble[] }[],
): string {
  const body = sections.flatMap(({ title, troubles }) => [`## ${title}`, '', ...troubles.flatMap(troubleLines)]);
  return `${[...introduction, ...body].join('\n').trimEnd()}\n`;
}

const introduction = [
  '# When a connection does not work',
  '',
  'Every error names the connection, the hop and the cause; its DETAIL lists the steps that were taken with their times, its HINT says what to',
  'do. This page is made from the errors themselves.',
  '',
];

const troubleLines = ({ title, error }: Trouble): readonly string[] => [
  `### ${title}`,
  '',
  `\`${error.message.replaceAll(/\s+/g, ' ')}\``,
  '',
  `Step \`${error.stage ?? ''}\`, SQLSTATE ${error.code}. ${(error.hint ?? '').replaceAll('\n', ' ')}`,
  '',
];

/** The failing step of a run, for the page. */
export function troubleOf(title: string, { error }: Run): Trouble {
  if (error === undefined) throw new Error(`${title}: nothing failed`);
  return { title, error };
}
