import { parentPort } from 'node:worker_threads';
import { hasSqlDetails, loadModule, parseSync } from 'libpg-query';
import { byteOffsetReader } from './byte-offsets.ts';
import { judge } from './judge.ts';
import type { Verdict } from './verdict.ts';

/** Parses in a thread of its own: the parser stays broken for good after a stack overflow, so it must be replaceable. */

export interface GateQuestion {
  readonly id: number;
  readonly text: string;
}

/** `broken` asks for a new worker: the parser failed in a way that is not an answer. */
export interface GateAnswer {
  readonly id: number;
  readonly verdict: Verdict;
  readonly broken: boolean;
}

await loadModule();
parentPort?.on('message', ({ id, text }: GateQuestion) => parentPort?.postMessage({ id, ...answer(text) }));
parentPort?.postMessage('ready');

function answer(text: string): Omit<GateAnswer, 'id'> {
  try {
    return { verdict: judge(text, parseSync(text)), broken: false };
  } catch (error) {
    if (hasSqlDetails(error)) {
      const { message, cursorPosition } = error.sqlDetails ?? { message: error.message, cursorPosition: 0 };
      const offset0 = byteOffsetReader(text)(cursorPosition);
      return { verdict: { admitted: false, code: 'syntax_error', message, offset0 }, broken: false };
    }
    const verdict: Verdict = {
      admitted: false,
      code: 'statement_too_complex',
      message: 'the statement is too complex to be parsed',
    };
    return { verdict, broken: true };
  }
}
