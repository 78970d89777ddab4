import { unreachable } from '../errors/index.ts';
import type { ConnectionOption, Name, WithOption } from './ast.ts';
import {
  missingCommaHint,
  parseConnectionOption,
  parseOptionName,
  printConnectionOption,
} from './connection-options.ts';
import type { Cursor } from './cursor.ts';
import type { Keyword } from './keywords.ts';
import { printIf } from './names.ts';
import type { PrintContext } from './print-context.ts';
import { printWith } from './print-option-value.ts';
import { printName } from './quote.ts';
import { parseWith } from './with-options.ts';

/** Source: Materialize docs, ALTER CONNECTION. RENAME TO and OWNER TO are statements of their own. */
export interface AlterConnection {
  readonly kind: 'alter-connection';
  readonly name: Name;
  readonly ifExists: boolean;
  readonly actions: readonly AlterConnectionAction[];
  /** VALIDATE, and FORCE for ROTATE KEYS. */
  readonly with: readonly WithOption[];
}

export type AlterConnectionAction =
  | { readonly kind: 'rotate-keys'; readonly offset0: number }
  | { readonly kind: 'set'; readonly option: ConnectionOption; readonly offset0: number }
  /** DROP and RESET alike. */
  | { readonly kind: 'drop'; readonly option: string; readonly offset0: number };

const actionWords = ['ROTATE', 'SET', 'RESET', 'DROP'] as const satisfies readonly Keyword[];

/** After ALTER CONNECTION [IF EXISTS] name, when neither RENAME nor OWNER follows. */
export function parseAlterConnection(cursor: Cursor, name: Name, ifExists: boolean): AlterConnection {
  const actions = cursor.list(() => parseAction(cursor));
  const withOptions = parseWith(cursor, [['VALIDATE'], ['FORCE']]);
  return { kind: 'alter-connection', name, ifExists, actions, with: withOptions };
}

function parseAction(cursor: Cursor): AlterConnectionAction {
  const { offset0 } = cursor;
  const word = cursor.expectOneOf(actionWords);
  if (word === 'ROTATE') {
    cursor.expectKeyword('KEYS');
    return { kind: 'rotate-keys', offset0 };
  }
  cursor.expect('left-parenthesis', `Write the option between parentheses: ${word} (…).`);
  const action: AlterConnectionAction =
    word === 'SET'
      ? { kind: 'set', option: parseConnectionOption(cursor, null), offset0 }
      : { kind: 'drop', option: parseOptionName(cursor, null), offset0 };
  const trailingComma = cursor.at('comma') && cursor.at('right-parenthesis', 1);
  if (trailingComma) cursor.next();
  cursor.expect('right-parenthesis', closeHint(cursor, word));
  return action;
}

function closeHint(cursor: Cursor, word: 'SET' | 'RESET' | 'DROP'): string | undefined {
  const example = word === 'SET' ? 'SET (A = 1), SET (B = 2)' : `${word} (A), ${word} (B)`;
  if (cursor.at('comma')) return `${word} takes one option. Write ${example}.`;
  return word === 'SET' ? missingCommaHint(cursor) : `${word} takes the name of one option and no value.`;
}

export function printAlterConnection(statement: AlterConnection, context: PrintContext): string {
  const actions = statement.actions.map((action) => printAction(action, context)).join(', ');
  const name = `${printIf(statement.ifExists, 'IF EXISTS')}${printName(statement.name)}`;
  return `ALTER CONNECTION ${name} ${actions}${printWith(statement.with)}`;
}

function printAction(action: AlterConnectionAction, context: PrintContext): string {
  switch (action.kind) {
    case 'rotate-keys':
      return 'ROTATE KEYS';
    case 'set':
      return `SET (${printConnectionOption(action.option, context.redactedOptions)})`;
    case 'drop':
      return `DROP (${action.option})`;
    default:
      return unreachable(action);
  }
}
