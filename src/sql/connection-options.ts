import { unreachable } from '../errors/index.ts';
import type { ConnectionOption, OptionValue } from './ast.ts';
import { parseBroker, parseBrokers } from './brokers.ts';
import type { Cursor } from './cursor.ts';
import type { OptionSyntax } from './dialect-words.ts';
import { parseRawName } from './names.ts';
import { parseOptionalValue, takeEquals } from './option-values.ts';
import { printOptionValue } from './print-option-value.ts';
import { expectPhrase, matchPhrase } from './phrases.ts';
import { printLiteral } from './quote.ts';

const portMax = 65_535;

/** `NAME [[=] value]`. `kind` is the connection kind at hand, for hints; null where it is not known (ALTER). */
export function parseConnectionOption(cursor: Cursor, kind: string | null): ConnectionOption {
  const { offset0 } = cursor;
  const name = parseOptionName(cursor, kind);
  return { name, value: parseValue(cursor, cursor.vocabulary.words.options.get(name) ?? 'value'), offset0 };
}

/** The canonical name of an option. */
export function parseOptionName(cursor: Cursor, kind: string | null): string {
  const { options, aliases } = cursor.vocabulary;
  if (cursor.atKeyword('VALIDATE')) throw cursor.expected('an option name', validateHint);
  const name = expectPhrase(cursor, options, 'an option name', () => candidates(cursor, kind));
  return aliases.get(name) ?? name;
}

const validateHint = 'VALIDATE goes behind the options: … ) WITH (VALIDATE = false).';

/** What a hint may propose: the options of the kind, in all their spellings. */
function candidates(cursor: Cursor, kind: string | null): readonly string[] {
  const { words, aliases } = cursor.vocabulary;
  const names = (kind === null ? undefined : words.optionsByKind?.get(kind)) ?? [...words.options.keys()];
  return [...names, ...[...aliases.keys()].filter((alias) => names.includes(aliases.get(alias) ?? ''))];
}

function parseValue(cursor: Cursor, syntax: OptionSyntax): OptionValue | null {
  if (syntax === 'value') return parseOptionalValue(cursor);
  takeEquals(cursor);
  const { offset0 } = cursor;
  switch (syntax) {
    case 'object':
      return { kind: 'object', name: parseRawName(cursor), offset0 };
    case 'privatelink':
      return { kind: 'privatelink', name: parseRawName(cursor), port: parsePrivatelinkPort(cursor), offset0 };
    case 'broker':
      return { kind: 'broker', broker: parseBroker(cursor), offset0 };
    case 'brokers':
      return parseBrokers(cursor);
    default:
      return unreachable(syntax);
  }
}

function parsePrivatelinkPort(cursor: Cursor): number | null {
  if (!cursor.take('left-parenthesis')) return null;
  cursor.expectKeyword('PORT');
  cursor.take('equals');
  const { offset0 } = cursor;
  const port = cursor.expectInteger();
  if (port > portMax) throw cursor.error('Could not parse value into port', 'Ports go from 0 to 65535.', offset0);
  cursor.take('comma');
  cursor.expect('right-parenthesis');
  return port;
}

/** `(option, …)`; says where a comma is missing. */
export function parseConnectionOptions(cursor: Cursor, kind: string): readonly ConnectionOption[] {
  cursor.expect('left-parenthesis', `Write the options between parentheses: TO ${kind} (…).`);
  const options = cursor.listBefore(
    'right-parenthesis',
    () => parseConnectionOption(cursor, kind),
    () => missingCommaHint(cursor),
  );
  cursor.next();
  return options;
}

/** For a list that goes on with no comma: which option begins at the cursor. */
export function missingCommaHint(cursor: Cursor): string | undefined {
  const match = matchPhrase(cursor, cursor.vocabulary.options);
  if (match !== null) return `Options are separated by commas: write one before ${match.phrase}.`;
  if (cursor.at('semicolon') || cursor.at('end')) return 'The closing parenthesis of the option list is missing.';
  if (cursor.at('string')) return 'Options are separated by commas. A quote inside a string is written twice.';
  return cursor.atIdent()
    ? 'Options are separated by commas. A value of several words is written between single quotes.'
    : undefined;
}

/** `NAME = value`; literals of options that hold secrets are hidden when redacted. */
export function printConnectionOption(option: ConnectionOption, redacted: ReadonlySet<string> | null): string {
  if (option.value === null) return option.name;
  const hide = redacted?.has(option.name) === true && holdsLiteral(option.value);
  return `${option.name} = ${hide ? printLiteral('<REDACTED>') : printOptionValue(option.value)}`;
}

const holdsLiteral = (value: OptionValue): boolean => value.kind !== 'secret' && value.kind !== 'object';
