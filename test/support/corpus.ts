import { readFileSync, writeFileSync } from 'node:fs';
import type { PgError } from '../../src/errors/index.ts';

/** A golden case: the word that says what is done, the input, `----`, what comes of it. */
export interface Case {
  /** Comment lines before the case. */
  readonly preamble: string;
  readonly input: string;
  readonly output: string;
}

/** The cases of a file, each begun by a line that is `word`. Outputs end at a blank line. @throws Error for a case without `----`. */
export function readCases(path: string, word: string): readonly Case[] {
  const cases: { preamble: string[]; input: string[]; output: string[] }[] = [];
  let part: 'preamble' | 'input' | 'output' = 'preamble';
  let preamble: string[] = [];
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const last = cases.at(-1);
    if (part !== 'input' && line === word) {
      cases.push({ preamble, input: [], output: [] });
      preamble = [];
      part = 'input';
    } else if (part === 'input' && line === '----') part = 'output';
    else if (part === 'input') last?.input.push(line);
    else if (part === 'output' && line !== '') last?.output.push(line);
    else {
      part = 'preamble';
      if (line !== '') preamble.push(line);
    }
  }
  if (part === 'input') throw new Error(`${path}: the last case has no ----`);
  return cases.map((each) => ({
    preamble: each.preamble.join('\n'),
    input: each.input.join('\n'),
    output: each.output.join('\n'),
  }));
}

/** Writes the cases with what comes of them now. */
export function writeCases(
  path: string,
  word: string,
  cases: readonly Case[],
  outcome: (input: string) => string,
): void {
  const blocks = cases.map(({ preamble, input }) => {
    const comment = preamble === '' ? '' : `${preamble}\n`;
    return `${comment}${word}\n${input}\n----\n${outcome(input)}\n`;
  });
  writeFileSync(path, blocks.join('\n'));
}

/** Code and message, the line of the position with a caret, detail and hint. */
export function showFailure(input: string, error: PgError): string {
  const lines = [`error ${error.code}: ${error.message}`];
  if (error.position1 !== undefined) {
    const before = [...input].slice(0, error.position1 - 1).join('');
    const line0 = before.lastIndexOf('\n') + 1;
    const line = input.slice(line0).split('\n')[0] ?? '';
    lines.push(line, `${' '.repeat([...before.slice(line0)].length)}^`);
  }
  if (error.detail !== undefined) lines.push(`detail: ${error.detail.replaceAll('\n', '; ')}`);
  if (error.hint !== undefined) lines.push(`hint: ${error.hint}`);
  return lines.join('\n');
}
