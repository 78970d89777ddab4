import { readFileSync, writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sallyport, startSallyport } from '../support/sallyport.ts';
import { letters, WireClient } from '../support/wire-client.ts';
import { type Attack, Victim } from './abuse/attack.ts';
import { beforeLogin } from './abuse/before-login.ts';
import { inSession } from './abuse/in-session.ts';
import { byText } from './abuse/text.ts';

let server: Sallyport;
let bystander: WireClient;
let idleKb: number;
let slowestMs = 0;

beforeAll(async () => {
  server = await startSallyport({ args: ['--auth', 'trust'] });
  // The first read waits for the mirror to start: longer than any message may take on a busy machine.
  await server.psql('SELECT 1');
  bystander = await WireClient.session({ port: server.sqlPort });
  await answer('SELECT 1');
  slowestMs = 0;
  idleKb = statusKb('VmRSS');
  writeFileSync(`/proc/${server.pid}/clear_refs`, '5');
}, 180_000);

afterAll(async () => {
  await bystander[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

function statusKb(name: string): number {
  const status = readFileSync(`/proc/${server.pid}/status`, 'utf8');
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]);
}

/** The bystander's answer; fails when none comes within the client's deadline. */
async function answer(text: string): Promise<string> {
  const start = performance.now();
  bystander.query(text);
  const said = letters(await bystander.until('Z'));
  slowestMs = Math.max(slowestMs, performance.now() - start);
  return said;
}

/** Runs the attack while another client goes on asking. */
async function underAttack(attack: Attack): Promise<string[]> {
  const said = new Set<string>();
  const over = new AbortController();
  const ask = async (): Promise<void> => {
    while (!over.signal.aborted) said.add(await answer('SHOW application_name'));
  };
  const asking = ask();
  await using victim = new Victim(server.sqlPort);
  await attack.run(victim).finally(() => over.abort());
  await asking;
  said.add(await answer('SHOW application_name'));
  return [...said];
}

const families = { 'before login': beforeLogin, 'in a session': inSession, 'by text': byText };

for (const [family, attacks] of Object.entries(families)) {
  describe(`attacks ${family}`, () => {
    test.each(attacks.map((attack) => [attack.name, attack] as const))('%s', { timeout: 60_000 }, async (_, attack) => {
      expect(await underAttack(attack)).toEqual(['TDCZ']);
    });
  });
}

describe('afterwards', () => {
  test('memory stayed within twice of idle and 64 MB', () => {
    expect(statusKb('VmHWM')).toBeLessThan(2 * idleKb + 64 * 1024);
  });

  test('reads and writes are answered, on the old session and on a new one', async () => {
    expect(await answer('SELECT 1')).toBe('TDCZ');
    await using fresh = await WireClient.session({ port: server.sqlPort });
    fresh.query('CREATE SCHEMA after_the_attack; DROP SCHEMA after_the_attack');
    expect(letters(await fresh.until('Z'))).toBe('CCZ');
  });

  test('the log has neither control characters nor what clients sent', () => {
    const log = server.logLines().join('');
    expect(log).not.toMatch(/\p{Cc}/u);
    expect(log).not.toContain('hunter2');
    expect(log).not.toContain('never ends');
  });

  test('there were attacks enough', () => {
    if (process.env['BENCH'] === '1') console.log({ idleKb, peakKb: statusKb('VmHWM'), slowestMs });
    expect(Object.values(families).flat().length).toBeGreaterThanOrEqual(60);
  });
});
