import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from 'pg';
import { expect, it } from 'vitest';
import type { ItemRow, Snapshot } from '../../../src/catalog/index.ts';
import { openDataDirectory } from '../../support/data-directory.ts';
import { runProgram } from '../../support/programs.ts';
import { runSallyport, startSallyport } from '../../support/sallyport.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const timeoutMs = 600_000;
const program = join(import.meta.dirname, '../../../dist/main.js');

/** Runs a command and kills it after a time, unless it is done before. */
const runAndKill = (afterSeconds: number, args: readonly string[]): Promise<unknown> =>
  runProgram('timeout', ['-s', 'KILL', String(afterSeconds), process.execPath, program, ...args], { input: '' });

/** Creates one secret after another until it is stopped. */
class Writer {
  acknowledged = 0;
  #stopped = false;
  readonly #done: Promise<void>;

  constructor(client: Client) {
    this.#done = this.#write(client);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#done;
  }

  async #write(client: Client): Promise<void> {
    while (!this.#stopped) {
      await client.query(`CREATE SECRET s${this.acknowledged + 1} AS 'value ${this.acknowledged + 1}'`);
      this.acknowledged += 1;
    }
  }
}

const secretsOf = (snapshot: Snapshot): readonly ItemRow[] =>
  [...snapshot.tables.items.values()].filter((item) => item.kind === 'secret');

/** How many secrets a data directory holds; each of them must open to its value. */
async function openedSecrets(directory: string): Promise<number> {
  await using opened = await openDataDirectory(directory);
  const secrets = secretsOf(opened.store.current);
  for (const { id, name } of secrets) {
    const sealed = opened.store.current.sealed(id, 'value');
    const value = sealed && opened.sealer.open(sealed.sealed, `${id}/value`).use(String);
    expect(value).toBe(`value ${name.slice(1)}`);
  }
  return secrets.length;
}

it(
  'upkeep and its kills lose nothing that was acknowledged, while clients write and when the server is killed',
  async () => {
    using place = temporaryDirectory();
    const dataDir = join(place.path, 'data');
    await using server = await startSallyport({ dataDir });
    const writer = new Writer(await server.client());
    for (const round of [1, 2, 3]) {
      const [file, copy] = [join(place.path, `${round}.tar`), join(place.path, `copy-${round}`)];
      await runAndKill(0.2 * round, ['backup', `${file}.killed`, '--data-dir', dataDir]);
      await runAndKill(0.2 * round, ['rekey', '--data-dir', dataDir]);
      const before = writer.acknowledged;
      for (const command of [
        ['rekey', '--data-dir', dataDir],
        ['backup', file, '--data-dir', dataDir],
        ['restore', file, '--data-dir', copy],
      ]) {
        const { code, stderr } = await runSallyport(command);
        expect([code, stderr]).toEqual([0, '']);
      }
      copyFileSync(join(dataDir, 'master.key'), join(copy, 'master.key'));
      expect(await openedSecrets(copy)).toBeGreaterThanOrEqual(before);
      for (const taken of [`${file}.killed`].filter((path) => existsSync(path))) {
        const { code } = await runSallyport(['restore', taken, '--data-dir', `${copy}-killed`]);
        expect(code).toBe(0);
      }
    }
    await writer.stop();
    await server.kill('SIGKILL');
    expect(writer.acknowledged).toBeGreaterThan(0);
    expect(await openedSecrets(dataDir)).toBe(writer.acknowledged);
  },
  timeoutMs,
);
