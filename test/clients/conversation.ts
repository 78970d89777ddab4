import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { ClientProgram } from './clients.ts';

/** What a client program says of one statement. */
export type Answer =
  | { readonly ok: true; readonly columns: readonly string[]; readonly rows: readonly (readonly (string | null)[])[] }
  | { readonly ok: false; readonly code: string; readonly message: string };

const answerTimeoutMs = 60_000;

/** A running client program, connected to the server. */
export class Conversation implements AsyncDisposable {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #answers: AsyncIterator<string>;
  #complaints = '';

  constructor(program: ClientProgram, port: number) {
    const [command, ...args] = program.prepare();
    this.#child = spawn(command, [...args, '127.0.0.1', String(port), program.mode]);
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#complaints += text));
    // A program that has ended says why on standard error; that is what the test reports.
    this.#child.stdin.on('error', () => {});
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** Sends one statement, with parameters as text. @throws Error with what the program complained of when it ends instead. */
  async ask(statement: string, ...values: readonly string[]): Promise<Answer> {
    const words = [statement, ...values].map((word) => Buffer.from(word, 'utf8').toString('base64'));
    this.#child.stdin.write(`${words.join(' ')}\n`);
    const deadline = setTimeout(() => this.#child.kill('SIGKILL'), answerTimeoutMs);
    const line = await this.#answers.next();
    clearTimeout(deadline);
    if (line.done === true) throw new Error(`the client ended at: ${statement}\n${this.#complaints}`);
    return JSON.parse(line.value) as Answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.stdin.end();
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'exit');
  }
}
