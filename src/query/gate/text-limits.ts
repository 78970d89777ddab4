import { limitExceeded } from '../../errors/index.ts';

const charactersMax = 1024 * 1024;
/** A sum of 20 000 terms has 40 000 tokens; the parser's worker bears twice that. */
const tokensMax = 80_000;
const nestingMax = 5_000;

const token = /"(?:[^"]|"")*"|'(?:[^']|'')*'|[\w$\u0080-\uffff]+|[()[\]]|[^\s\w]/g;

/** Keeps texts from the parser that could overflow its stack. Rough: a token inside a comment counts too. @throws PgError 54000, 54001 */
export function checkText(text: string): void {
  if (text.length > charactersMax) throw limitExceeded(`the statement is longer than ${charactersMax} characters`);
  // Each token has at least one character.
  if (text.length <= nestingMax) return;
  let tokens = 0;
  let depth = 0;
  for (const [found] of text.matchAll(token)) {
    tokens += 1;
    if (found === '(' || found === '[') depth += 1;
    else if (found === ')' || found === ']') depth -= 1;
    if (tokens > tokensMax)
      throw limitExceeded(`the statement has more than ${tokensMax} tokens`, { tooComplex: true });
    if (depth > nestingMax)
      throw limitExceeded(`the statement is nested deeper than ${nestingMax}`, { tooComplex: true });
  }
}
