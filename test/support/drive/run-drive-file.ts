import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client, DatabaseError, QueryArrayResult } from 'pg';
import { type ErrorStep, type KeepStep, parseDriveFile, type RowsStep, type Step } from './parse-drive-file.ts';
import { World } from './world.ts';

const retryTimeoutMs = 60_000;
const retryPauseMs = 100;
const rewrite = process.env['REWRITE'] === '1';

/**
 * Runs a drive file against a server of its own. With REWRITE=1 rows that differ are written into the file instead.
 * @throws Error with file, line, what was expected and what came.
 */
export async function runDriveFile(path: string): Promise<void> {
  const text = readFileSync(path, 'utf8');
  await using world = new World();
  const run = new DriveRun(world);
  for (const step of parseDriveFile(text)) {
    try {
      await run.step(step);
    } catch (error) {
      throw new Error(`${basename(path)}:${step.line}: ${(error as Error).message}`, { cause: error });
    }
  }
  if (run.rewritten.length > 0) writeFileSync(path, withRows(text, run.rewritten));
}

class DriveRun {
  readonly rewritten: { readonly step: RowsStep; readonly rows: readonly string[] }[] = [];
  readonly #world: World;
  readonly #variables = new Map<string, string>();
  #session = { name: 'first', user: 'materialize' };

  constructor(world: World) {
    this.#world = world;
  }

  async step(step: Step): Promise<void> {
    switch (step.kind) {
      case 'rows':
        return step.retries ? this.#untilRows(step) : this.#rows(step);
      case 'error':
        return this.#error(step);
      case 'keep':
        return this.#keep(step);
      case 'session':
        this.#session = { name: step.session, user: step.user };
        return undefined;
      case 'action':
        return this.#world.act(step.action, await this.#fill(step.argument));
    }
  }

  async #rows(step: RowsStep): Promise<void> {
    const client = await this.#client();
    const notices: string[] = [];
    const listen = (notice: { readonly message: string | undefined }): void => void notices.push(notice.message ?? '');
    client.on('notice', listen);
    const received = await query(client, await this.#fill(step.sql)).finally(() => client.off('notice', listen));
    const expected = await Promise.all(step.rows.map((row) => this.#fill(row)));
    if (!sameRows(step.sql, expected, received)) {
      if (!rewrite) throw new Error(`rows differ\nexpected:\n${show(expected)}\nreceived:\n${show(received)}`);
      this.rewritten.push({ step, rows: received });
    }
    for (const part of step.notices) {
      const wanted = await this.#fill(part);
      if (!notices.some((notice) => notice.includes(wanted))) {
        throw new Error(`no notice contains "${wanted}"; notices:\n${show(notices)}`);
      }
    }
  }

  async #untilRows(step: RowsStep): Promise<void> {
    const deadlineMs = performance.now() + retryTimeoutMs;
    for (;;) {
      try {
        return await this.#rows(step);
      } catch (error) {
        if (performance.now() > deadlineMs) throw error;
        await delay(retryPauseMs);
      }
    }
  }

  async #error(step: ErrorStep): Promise<void> {
    const client = await this.#client();
    const sql = await this.#fill(step.sql);
    const error = await query(client, sql).then(
      () => undefined,
      (reason: unknown) => reason as DatabaseError,
    );
    if (error === undefined) throw new Error('succeeded, but must fail');
    for (const { field, text } of step.expectations) {
      const wanted = await this.#fill(text);
      const found = errorField(error, field);
      const exact = field === 'code' || field === 'position';
      if (exact ? found !== wanted : !found.includes(wanted)) {
        throw new Error(`${field} must ${exact ? 'be' : 'contain'} "${wanted}"\n${describe(error)}`);
      }
    }
  }

  async #keep(step: KeepStep): Promise<void> {
    const rows = await query(await this.#client(), await this.#fill(step.sql));
    const [value] = rows;
    if (value === undefined || rows.length !== 1) throw new Error(`expected one row to keep, found ${rows.length}`);
    this.#variables.set(step.variable, value);
  }

  #client(): Promise<Client> {
    return this.#world.session(this.#session.name, this.#session.user);
  }

  async #fill(text: string): Promise<string> {
    let filled = text;
    for (const [placeholder, name] of text.matchAll(/\$\{([\w.-]+)\}/g)) {
      const value = this.#variables.get(name ?? '') ?? (await this.#world.value(name ?? ''));
      if (value === undefined) throw new Error(`no value for ${placeholder}`);
      filled = filled.replaceAll(placeholder, () => value);
    }
    return filled;
  }
}

/** Rows as lines: columns joined by ` | `, values as the server prints them, `<null>` for none. */
async function query(client: Client, sql: string): Promise<readonly string[]> {
  const asText = { getTypeParser: () => (value: string) => value };
  const answer: unknown = await client.query({ text: sql, rowMode: 'array', types: asText });
  const last = (Array.isArray(answer) ? answer.at(-1) : answer) as QueryArrayResult<(string | null)[]>;
  return last.rows.map((row) => row.map((value) => value?.replaceAll('\n', '\\n') ?? '<null>').join(' | '));
}

/** In order when the statement orders them. */
function sameRows(sql: string, expected: readonly string[], received: readonly string[]): boolean {
  const ordered = /\border\s+by\b/i.test(sql);
  const [left, right] = ordered ? [expected, received] : [expected.toSorted(), received.toSorted()];
  return left.length === right.length && left.every((row, index) => row === right[index]);
}

function errorField(error: DatabaseError, field: string): string {
  const value = field === 'contains' ? error.message : error[field as 'code' | 'detail' | 'hint' | 'position'];
  return value ?? '';
}

function describe(error: DatabaseError): string {
  const fields = ['code', 'contains', 'detail', 'hint', 'position'];
  return fields.map((field) => `  ${field}: ${errorField(error, field)}`).join('\n');
}

function show(lines: readonly string[]): string {
  return lines.length === 0 ? '  (none)' : lines.map((line) => `  ${line}`).join('\n');
}

function withRows(
  text: string,
  changes: readonly { readonly step: RowsStep; readonly rows: readonly string[] }[],
): string {
  const lines = text.split('\n');
  for (const { step, rows } of changes.toReversed()) {
    const firstRow0 = step.lastLine - step.rows.length - step.notices.length;
    lines.splice(firstRow0, step.lastLine - firstRow0, ...rows, ...step.notices.map((part) => `notice: ${part}`));
  }
  return lines.join('\n');
}
