import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Command } from './languages.ts';

export type Verb = 'query' | 'begin' | 'commit' | 'rollback' | 'cancel' | 'stream' | 'copy' | 'inspect';

/** Of a statement's parameter. */
export type Value = string | number | boolean | null | readonly string[];

export interface Notice {
  readonly code: string | null;
  readonly message: string;
}

/** What a client program says of one line. */
export interface Rows {
  readonly ok: true;
  readonly columns: readonly string[];
  /** Names or OIDs, where the library tells them. */
  readonly types?: readonly (string | number)[];
  readonly rows: readonly (readonly unknown[])[];
  readonly notices: readonly Notice[];
  /** Of `stream`, `copy` and `inspect`. */
  readonly found?: unknown;
}

export interface Failure {
  readonly ok: false;
  readonly code: string | null;
  readonly message: string;
  readonly detail?: string | null;
  readonly hint?: string | null;
  readonly position?: number | string | null;
}

export type Answer = Rows | Failure;

/** Where a client connects, and as whom; `authority` is the path of the certificate that it trusts. */
export interface Login {
  readonly port: number;
  readonly user: string;
  readonly database: string;
  readonly password?: string;
  readonly authority?: string;
}

const answerTimeoutMs = 150_000;

/** A running client program, connected to the server. */
export class Conversation implements AsyncDisposable {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #answers: AsyncIterator<string>;
  #complaints = '';

  private constructor([program, ...args]: Command, login: Login) {
    this.#child = spawn(program, args, { env: environment(login) });
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#complaints += text));
    // A program that has ended says why on standard error; that is what the test reports.
    this.#child.stdin.on('error', () => {});
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  static async open(command: Command, login: Login): Promise<Conversation> {
    const opened = new Conversation(command, login);
    const answer = await opened.#answer('connect');
    if (!answer.ok) throw new Error(`not connected: ${answer.code} ${answer.message}`);
    return opened;
  }

  /** What a client says that is not let in. */
  static async refused(command: Command, login: Login): Promise<Answer> {
    await using opened = new Conversation(command, login);
    return await opened.#answer('connect');
  }

  /** Hands over one line and awaits its answer. @throws Error with what the program complained of when it ends instead. */
  ask(verb: Verb, statement?: string, ...values: readonly Value[]): Promise<Answer> {
    const words = statement === undefined ? [] : [statement, ...values].map(encode);
    this.#child.stdin.write(`${[verb, ...words].join(' ')}\n`);
    return this.#answer(`${verb} ${statement ?? ''}`);
  }

  /** A statement that must succeed. */
  async query(statement: string, ...values: readonly Value[]): Promise<Rows> {
    return succeeded(await this.ask('query', statement, ...values));
  }

  /** A statement that must fail. */
  async failure(statement: string): Promise<Failure> {
    const answer = await this.ask('query', statement);
    if (answer.ok) throw new Error(`succeeded: ${statement}`);
    return answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.stdin.end();
    const deadline = setTimeout(() => this.#child.kill('SIGKILL'), answerTimeoutMs);
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'exit');
    clearTimeout(deadline);
  }

  async #answer(question: string): Promise<Answer> {
    const deadline = setTimeout(() => this.#child.kill('SIGKILL'), answerTimeoutMs);
    const line = await this.#answers.next();
    clearTimeout(deadline);
    if (line.done === true) throw new Error(`the client ended at: ${question}\n${this.#complaints}`);
    return JSON.parse(line.value) as Answer;
  }
}

export function succeeded(answer: Answer): Rows {
  if (!answer.ok) throw new Error(`${answer.code}: ${answer.message}`);
  return answer;
}

/** A letter for the kind, then the value, in base64. */
function encode(value: Value): string {
  return Buffer.from(tagged(value), 'utf8').toString('base64');
}

function tagged(value: Value): string {
  if (value === null) return 'n';
  if (typeof value === 'number') return `i${value}`;
  if (typeof value === 'boolean') return `b${value}`;
  return typeof value === 'string' ? `s${value}` : `a${value.join(',')}`;
}

/** libpq's variables, which other libraries read too, and nothing of the developer's own. */
function environment(login: Login): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(?:SALLYPORT_|PG|NODE_OPTIONS$)/.test(name));
  return {
    ...Object.fromEntries(kept),
    PGHOST: '127.0.0.1',
    PGPORT: String(login.port),
    PGUSER: login.user,
    PGDATABASE: login.database,
    PGSSLMODE: login.authority === undefined ? 'disable' : 'verify-full',
    ...(login.authority === undefined ? {} : { PGSSLROOTCERT: login.authority }),
    ...(login.password === undefined ? {} : { PGPASSWORD: login.password }),
  };
}
