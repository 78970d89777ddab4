import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client, DatabaseError } from 'pg';
import { expect, it } from 'vitest';
import { type Snapshot, openCatalogStore } from '../../../src/catalog/index.ts';
import { dialectWords, kindByType, kindByWords, kinds } from '../../../src/connections/index.ts';
import { flatten } from '../../../src/errors/index.ts';
import {
  type Plan,
  type PlanContext,
  type Requirement,
  fullName,
  plan as planStatement,
  requirementsOf,
} from '../../../src/plan/index.ts';
import type { ObjectRef } from '../../../src/plan/object-ref.ts';
import { privilegeWord } from '../../../src/plan/privilege-words.ts';
import { createSql } from '../../../src/sql/index.ts';
import { backupTo, restoreFrom } from '../../../src/storage/index.ts';
import { silentLog } from '../../../src/telemetry/index.ts';
import { type Sallyport, startSallyport } from '../../support/sallyport.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { outsideTransactions, statements } from './statements.ts';
import { type RoleName, may, speakers, setUp } from './world.ts';

const matrixFile = join(import.meta.dirname, 'who-may-what.txt');
const timeoutMs = 600_000;
const heading = ['Who may what, in the world of world.ts. x: not refused for want of rights.', ''];
const sql = createSql(dialectWords());
const kindList = { kindByWords, kindByType, supportedWords: kinds.map((kind) => kind.words.join(' ')) };

interface Cell {
  readonly kind: Plan['kind'];
  readonly statement: string;
  readonly role: RoleName;
}

const cells: readonly Cell[] = (Object.keys(statements) as readonly Plan['kind'][]).flatMap((kind) =>
  statements[kind].flatMap((statement) => speakers.map((role) => ({ kind, statement, role }))),
);

it('every role may do what the table says, and nothing else', { timeout: timeoutMs }, async () => {
  await using server = await startSallyport();
  await using first = await connect(server, 'materialize');
  for (const statement of setUp()) await first.client.query(statement);
  const snapshot = await snapshotOf(server.dataDir);

  const lines: string[] = [];
  const wrong: string[] = [];
  for (const role of speakers) {
    await using session = await connect(server, role);
    for (const cell of cells.filter((candidate) => candidate.role === role)) {
      const expected = expectedOf(cell, snapshot);
      const answer = await answerOf(cell, session.client);
      if (answer.allowed !== expected) wrong.push(`${role}: ${cell.statement}: ${answer.text}`);
    }
  }
  expect(wrong).toEqual([]);

  for (const kind of Object.keys(statements) as readonly Plan['kind'][]) {
    for (const statement of statements[kind]) {
      const marks = speakers.map((role) =>
        (expectedOf({ kind, statement, role }, snapshot) ? 'x' : '.').padStart(role.length),
      );
      lines.push(`${marks.join(' ')}  ${statement}`);
    }
  }
  const matrix = `${[...heading, speakers.join(' '), ...lines].join('\n')}\n`;
  if (process.env['REWRITE'] === '1') writeFileSync(matrixFile, matrix);
  // The table itself is held too: a change of it is a change of this file, which people read.
  expect(matrix).toBe(readFileSync(matrixFile, 'utf8'));
});

async function connect(server: Sallyport, user: string): Promise<AsyncDisposable & { readonly client: Client }> {
  const client = await server.client({ user });
  return { client, [Symbol.asyncDispose]: () => client.end() };
}

/** The catalog that the server has, read from a backup of it. */
async function snapshotOf(directory: string): Promise<Snapshot> {
  using place = temporaryDirectory();
  const [file, copy] = [join(place.path, 'backup.tar'), join(place.path, 'copy')];
  await backupTo({ directory, file });
  restoreFrom({ file, directory: copy });
  await using store = await openCatalogStore({ directory: copy, log: silentLog });
  return store.current;
}

function expectedOf({ kind, statement, role }: Cell, snapshot: Snapshot): boolean {
  const source = statement.replaceAll('{role}', role);
  const row = snapshot.roleNamed(role);
  const [cut] = sql.split(source);
  if (row === undefined || cut === undefined) throw new Error(`no role ${role} or no statement`);
  const context: PlanContext = {
    snapshot,
    source,
    role: row,
    sessionRole: row,
    database: 'materialize',
    searchPath: ['public'],
    kinds: kindList,
    sql,
    environmentId: 'test',
    setAside: new Map(),
  };
  let planned: Plan;
  try {
    planned = planStatement(sql.parse(source, cut), context);
  } catch (error) {
    // Refused before rights are asked for; what is nobody's to change is a refusal too.
    return flatten(error).code !== '42501';
  }
  expect(planned.kind, source).toBe(kind);
  return requirementsOf(planned, context).every((requirement) => fulfils(role, requirement, context));
}

function fulfils(role: RoleName, requirement: Requirement, context: PlanContext): boolean {
  const nameOf = (ref: ObjectRef): string => fullObjectName(ref, context);
  const roleName = (id: PlanContext['role']['id']): string => context.snapshot.role(id)?.name ?? '';
  switch (requirement.need) {
    case 'superuser':
      return may.beSuperuser(role);
    case 'member':
      return may.become(role, roleName(requirement.role));
    case 'session':
      return requirement.membersToo
        ? may.become(role, roleName(requirement.role))
        : may.beSuperuser(role) || roleName(requirement.role) === role;
    case 'owner':
      return may.own(role, nameOf(requirement.of));
    case 'privilege':
      return may.use(role, privilegeWord(requirement.privilege), nameOf(requirement.on));
    case 'system':
      return may.use(role, privilegeWord(requirement.privilege), 'SYSTEM');
  }
}

function fullObjectName(ref: ObjectRef, context: PlanContext): string {
  if (ref.kind === 'item') return fullName(context, ref.row);
  const database =
    ref.kind === 'schema' && ref.row.databaseId !== null ? context.snapshot.database(ref.row.databaseId) : undefined;
  return database === undefined ? ref.row.name : `${database.name}.${ref.row.name}`;
}

/** What the server says; nothing that a statement does stays. */
async function answerOf(
  { kind, statement, role }: Cell,
  client: Client,
): Promise<{ readonly allowed: boolean; readonly text: string }> {
  const said = statement.replaceAll('{role}', role);
  const inTransaction = !outsideTransactions.includes(kind);
  try {
    await client.query(inTransaction ? `BEGIN; ${said}; ROLLBACK` : said);
    return { allowed: true, text: 'done' };
  } catch (error) {
    const { code, message } = error as DatabaseError;
    // Where the server may dial is a rule of its own.
    const denied = code === '42501' && !message.includes('are not allowed');
    if (inTransaction) await client.query('ROLLBACK');
    return { allowed: !denied, text: `${code} ${message}` };
  }
}
