import type { SqlRoom } from './contract.ts';
import type { DialectWords } from './dialect-words.ts';
import { parse } from './parser.ts';
import { hidden, type PrintContext } from './print-context.ts';
import { print } from './printer.ts';
import { split } from './splitter.ts';
import { createVocabulary } from './vocabulary.ts';

/** The room's entry point; `words` are those of the connection kinds. */
export function createSql(words: DialectWords): SqlRoom {
  const vocabulary = createVocabulary(words);
  const canonical: PrintContext = { redacted: false, redactedOptions: null, body: (text) => text };
  const redacted: PrintContext = {
    redacted: true,
    redactedOptions: words.redactedOptions ?? new Set(),
    body: redactBody,
  };

  /** A read says nothing secret; a dialect statement is printed redacted, or hidden when it does not parse. */
  function redactBody(text: string): string {
    try {
      const [statement] = split(text);
      if (statement === undefined || statement.route === 'read') return text;
      return print(parse(text, statement.offset0, vocabulary), redacted);
    } catch {
      return hidden;
    }
  }

  return {
    split,
    parse: (source, statement) => parse(source, statement.offset0, vocabulary),
    print: (statement, mode) => print(statement, mode === 'redacted' ? redacted : canonical),
  };
}
