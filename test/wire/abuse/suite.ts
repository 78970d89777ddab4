import { readFileSync, writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sallyport, firstPassword, firstRead, startSallyport } from '../../support/sallyport.ts';
import { securedSession } from '../../support/secured-client.ts';
import { letters, WireClient } from '../../support/wire-client.ts';
import { type Attack, Victim, expectSame } from './attack.ts';
import { beforeLogin } from './before-login.ts';
import { inSession } from './in-session.ts';
import { byText } from './text.ts';

const families = { 'before login': beforeLogin, 'in a session': inSession, 'by text': byText };

/** What another client asks meanwhile, with the messages that answer it: a setting, a read, a change of the catalog. */
const questions = {
  'SHOW application_name': 'TDCZ',
  'SELECT 1': 'TDCZ',
  "COMMENT ON SCHEMA public IS 'still there'": 'CZ',
} as const;

/** A whole server under attack, and one client that asks it things all the while. */
class Attacked implements AsyncDisposable {
  readonly server: Sallyport;
  readonly idleKb: number;
  readonly #password: string | null;
  readonly #bystander: WireClient;
  #slowestMs = 0;

  private constructor(server: Sallyport, password: string | null, bystander: WireClient) {
    this.server = server;
    this.#password = password;
    this.#bystander = bystander;
    this.idleKb = this.statusKb('VmRSS');
    writeFileSync(`/proc/${server.pid}/clear_refs`, '5');
  }

  static async start(args: readonly string[]): Promise<Attacked> {
    const server = await startSallyport({ args });
    // The first read waits for the mirror to start: longer than any message may take on a busy machine.
    await firstRead(server);
    const password = args.includes('scram') ? firstPassword(server) : null;
    const bystander = await newSession(server, password);
    bystander.query('SELECT 1');
    await bystander.until('Z');
    return new Attacked(server, password, bystander);
  }

  get slowestMs(): number {
    return this.#slowestMs;
  }

  victim(): Victim {
    return new Victim(this.server.sqlPort, this.#password);
  }

  session(): Promise<WireClient> {
    return newSession(this.server, this.#password);
  }

  statusKb(name: string): number {
    const status = readFileSync(`/proc/${this.server.pid}/status`, 'utf8');
    return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]);
  }

  /** The bystander's answer; fails when none comes within the client's deadline. */
  async answer(text: string): Promise<string> {
    const start = performance.now();
    this.#bystander.query(text);
    const said = letters(await this.#bystander.until('Z'));
    this.#slowestMs = Math.max(this.#slowestMs, performance.now() - start);
    return said;
  }

  /** Runs the attack while the bystander goes on asking, and asks everything once more behind it. */
  async survive(attack: Attack): Promise<void> {
    const over = new AbortController();
    const ask = async (): Promise<void> => {
      while (!over.signal.aborted) {
        expectSame(await this.answer('SHOW application_name'), 'TDCZ', 'answer');
        expectSame(await this.answer('SELECT 1'), 'TDCZ', 'answer');
      }
    };
    const asking = ask();
    await using victim = this.victim();
    await attack.run(victim).finally(() => over.abort());
    await asking;
    for (const [text, said] of Object.entries(questions)) expectSame(await this.answer(text), said, 'answer');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#bystander[Symbol.asyncDispose]();
    await this.server[Symbol.asyncDispose]();
  }
}

const newSession = ({ sqlPort: port }: Sallyport, password: string | null): Promise<WireClient> =>
  password === null ? WireClient.session({ port }) : securedSession({ port, user: 'materialize', password });

/** Attacks a server that was started with `args`. */
export function attackServer(args: readonly string[]): void {
  let attacked: Attacked;

  beforeAll(async () => {
    attacked = await Attacked.start(args);
  }, 600_000);

  afterAll(() => attacked[Symbol.asyncDispose]());

  for (const [family, attacks] of Object.entries(families)) {
    describe(`attacks ${family}`, () => {
      test.each(attacks.map((attack) => [attack.name, attack] as const))('%s', { timeout: 600_000 }, (_, attack) =>
        attacked.survive(attack),
      );
    });
  }

  describe('afterwards', () => {
    test('memory stayed within twice of idle and 64 MB', () => {
      expect(attacked.statusKb('VmHWM')).toBeLessThan(2 * attacked.idleKb + 64 * 1024);
    });

    test('reads and writes are answered, on the old session and on a new one', async () => {
      expect(await attacked.answer('SELECT 1')).toBe('TDCZ');
      await using fresh = await attacked.session();
      fresh.query('CREATE SCHEMA after_the_attack; DROP SCHEMA after_the_attack');
      expect(letters(await fresh.until('Z'))).toBe('CCZ');
    });

    test('the log has neither control characters nor what clients sent', () => {
      const log = attacked.server.logLines().join('');
      expect(log).not.toMatch(/\p{Cc}/u);
      expect(log).not.toContain('hunter2');
      expect(log).not.toContain('never ends');
    });

    test('there were attacks enough', () => {
      const { idleKb, slowestMs } = attacked;
      if (process.env['BENCH'] === '1') console.log({ idleKb, peakKb: attacked.statusKb('VmHWM'), slowestMs });
      expect(Object.values(families).flat().length).toBeGreaterThanOrEqual(60);
    });
  });
}
