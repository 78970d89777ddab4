import type { ConnectionOption, Name, WithOption } from './ast.ts';
import {
  missingCommaHint,
  parseConnectionOption,
  parseConnectionOptions,
  printConnectionOption,
} from './connection-options.ts';
import type { Cursor } from './cursor.ts';
import { parseIfNotExists, parseName, printIf } from './names.ts';
import { expectPhrase, matchPhrase } from './phrases.ts';
import type { PrintContext } from './print-context.ts';
import { printWith } from './print-option-value.ts';
import { printName } from './quote.ts';
import { parseWith } from './with-options.ts';

/** Source: Materialize docs, CREATE CONNECTION. */
export interface CreateConnection {
  readonly kind: 'create-connection';
  readonly name: Name;
  readonly ifNotExists: boolean;
  /** The kind's words: `SSH TUNNEL`, `POSTGRES`. */
  readonly connectionKind: string;
  readonly connectionKindOffset0: number;
  readonly options: readonly ConnectionOption[];
  readonly with: readonly WithOption[];
}

/** After CREATE CONNECTION. The form `FOR KAFKA BROKER 'b', …` without parentheses is old; it prints as `TO KAFKA (…)`. */
export function parseCreateConnection(cursor: Cursor): CreateConnection {
  const ifNotExists = parseIfNotExists(cursor);
  const name = parseName(cursor);
  const form = cursor.expectOneOf(['FOR', 'TO'], formHint(cursor, name));
  const connectionKindOffset0 = cursor.offset0;
  const { words, kinds } = cursor.vocabulary;
  const connectionKind = expectPhrase(cursor, kinds, null, () => words.kinds);
  const options =
    form === 'TO' ? parseConnectionOptions(cursor, connectionKind) : parseBareOptions(cursor, connectionKind);
  const withOptions = parseWith(cursor, [['VALIDATE']]);
  return {
    kind: 'create-connection',
    name,
    ifNotExists,
    connectionKind,
    connectionKindOffset0,
    options,
    with: withOptions,
  };
}

function parseBareOptions(cursor: Cursor, connectionKind: string): readonly ConnectionOption[] {
  const options = cursor.list(() => parseConnectionOption(cursor, connectionKind));
  if (!cursor.atEnd() && !cursor.atKeyword('WITH')) {
    throw cursor.expected('end of statement', missingCommaHint(cursor));
  }
  return options;
}

/** `CREATE CONNECTION TO SSH TUNNEL (…)` takes `to` for the name; others forget to say the kind. */
function formHint(cursor: Cursor, name: Name): string | undefined {
  if (name.parts.length === 1 && name.parts[0]?.value === 'to')
    return 'The name of the connection is missing before TO.';
  if (cursor.at('left-parenthesis'))
    return `Say what the connection leads to: TO ${cursor.vocabulary.words.kinds.join(', ')}.`;
  const kind = matchPhrase(cursor, cursor.vocabulary.kinds)?.phrase;
  return kind === undefined ? undefined : `Write TO before ${kind}.`;
}

export function printCreateConnection(statement: CreateConnection, context: PrintContext): string {
  const options = statement.options.map((option) => printConnectionOption(option, context.redactedOptions)).join(', ');
  const name = `${printIf(statement.ifNotExists, 'IF NOT EXISTS')}${printName(statement.name)}`;
  return `CREATE CONNECTION ${name} TO ${statement.connectionKind} (${options})${printWith(statement.with)}`;
}
