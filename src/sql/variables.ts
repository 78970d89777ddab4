import type { Ident } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { isReserved } from './keywords.ts';
import { toIdent } from './names.ts';
import { printIdent, printLiteral } from './quote.ts';
import { showWords } from './show.ts';

/** What SET gives a variable: one value or several, or its default. */
export interface Assignment {
  readonly variable: Ident;
  readonly values: readonly string[] | 'default';
}

/** A variable's name; dotted ones are one name. */
export function parseVariable(cursor: Cursor): Ident {
  const first = cursor.expectIdent();
  let { value } = first;
  while (cursor.take('dot')) value = `${value}.${cursor.expectIdent().value}`;
  return toIdent(cursor, value, first.offset0);
}

/** `variable { TO | = } value, …`. */
export function parseAssignment(cursor: Cursor): Assignment {
  const variable = parseVariable(cursor);
  if (!cursor.take('equals') && !cursor.takeKeyword('TO')) throw cursor.expected('equals sign or TO');
  return { variable, values: parseValues(cursor) };
}

/** DEFAULT, or values separated by commas: words, strings, numbers. */
export function parseValues(cursor: Cursor): Assignment['values'] {
  return cursor.takeKeyword('DEFAULT') ? 'default' : cursor.list(() => parseValue(cursor));
}

function parseValue(cursor: Cursor): string {
  if (cursor.at('string') || cursor.at('number')) return cursor.next().value;
  if (cursor.atKeyword('INTERVAL') && cursor.at('string', 1)) {
    cursor.next();
    return cursor.next().value;
  }
  if (cursor.at('number', 1)) {
    if (cursor.takeOperator('-')) return `-${cursor.next().value}`;
    if (cursor.takeOperator('+')) return cursor.next().value;
  }
  if (!cursor.atIdent()) throw cursor.expected('variable value');
  return parseVariable(cursor).value;
}

export const printAssignment = ({ variable, values }: Assignment): string =>
  `${printVariable(variable)} = ${printValues(values)}`;

export const printValues = (values: Assignment['values']): string =>
  values === 'default' ? 'DEFAULT' : values.map((value) => printValue(value)).join(', ');

const printValue = (value: string): string => {
  const bareWord = /^[a-z_][a-z0-9_]*$/.test(value) && !isReserved(value);
  return bareWord || /^-?[0-9]+(\.[0-9]+)?$/.test(value) ? value : printLiteral(value);
};

/** Words that begin another form of SET or SHOW, so that a variable of this name is quoted. */
const formWords: ReadonlySet<string> = new Set([
  ...['to', 'session', 'local', 'role', 'transaction', 'redacted', 'create'],
  ...showWords.map((word) => word.toLowerCase()),
]);

const printPart = (part: string): string => (formWords.has(part) ? `"${part}"` : printIdent(part));

/** A variable's name; `all` stands for every one. */
export function printVariable(variable: Ident): string {
  const { value } = variable;
  if (value === 'all') return 'ALL';
  const plain = /^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)*$/.test(value);
  return plain
    ? value
        .split('.')
        .map((part) => printPart(part))
        .join('.')
    : printIdent(value);
}
