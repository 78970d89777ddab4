import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { CloseStack } from '../../src/close-stack.ts';
import { keyLinesOf, refusedInTour, tourStatements } from '../lib/tour.ts';
import { DemoBastion } from './bastion.ts';
import { DemoDatabase } from './database.ts';
import { DemoServer } from './server.ts';
import { answerText, noticeText } from './show.ts';

const bastionUser = 'bastion-user';
const target = { host: 'db.internal', port: 5432 };
const login = { database: 'app', user: 'app', password: 'correct horse battery staple' };

/** Walks the guide's session, then waits for Ctrl-C unless `--exit` is given. Resolves to the exit code: 1 when a statement went otherwise than in the guide. */
export async function demo(args: readonly string[]): Promise<number> {
  const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await using parts = new CloseStack();
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-demo-'));
  parts.defer(() => rmSync(folder, { recursive: true, force: true }));
  say('Starting a server, a bastion and a database that only the bastion reaches …\n');
  const database = parts.use(await DemoDatabase.start(folderIn(folder, 'database'), login));
  const authorizedKeysFile = join(folder, 'authorized_keys');
  const bastion = parts.use(
    await DemoBastion.start({
      ...{ user: bastionUser, authorizedKeysFile, target },
      serve: (stream) => database.serve(stream),
    }),
  );
  const server = parts.use(await DemoServer.start(folderIn(folder, 'data')));
  say(server.greeting);

  const walking = walk(server, bastion);
  const asTold = await Promise.race([walking, stopped.then(() => undefined)]);
  if (asTold === undefined) walking.catch(() => {});
  else if (!args.includes('--exit')) {
    say(farewell(server, authorizedKeysFile));
    await Promise.race([stopped, server.ended()]);
  }
  return asTold === false ? 1 : 0;
}

/** Types the guide's statements; true when each went as the guide tells. */
async function walk(server: DemoServer, bastion: DemoBastion): Promise<boolean> {
  const client = await server.session();
  client.on('notice', (notice) => say(`${noticeText(notice)}\n`));
  let tag = '';
  // pg keeps the first word of a tag only.
  const { connection } = client as unknown as { readonly connection: NodeJS.EventEmitter };
  connection.on('commandComplete', (message: { readonly text: string }) => (tag = message.text));
  const refused: string[] = [];
  for (const statement of statements(bastion.port)) {
    say(`materialize=> ${statement}\n`);
    try {
      const answer = await client.query({ text: statement, rowMode: 'array' });
      say(`${answerText(answer, tag)}\n\n`);
    } catch (error) {
      if (!(error instanceof pg.DatabaseError)) throw error;
      say(`${noticeText(error)}\n\n`);
      refused.push(error.code ?? '');
      installKeys(bastion, keyLinesOf(error.hint ?? ''));
    }
  }
  await client.end();
  return refused.join() === refusedInTour.join();
}

/** The tour's own, with the demo's bastion in them; the last one would leave nothing to look at. */
function statements(port: number): readonly string[] {
  const typed = tourStatements({
    'bastion.example.com': '127.0.0.1',
    'PORT 22': `PORT ${port}`,
    'the password': login.password,
    "SSL MODE 'require'": "SSL MODE 'disable'",
  });
  return typed.filter((statement) => !statement.includes('CASCADE'));
}

function installKeys(bastion: DemoBastion, lines: readonly string[]): void {
  if (lines.length === 0) return;
  bastion.install(lines);
  say(`-- The two lines of the hint are now in the authorized_keys of ${bastionUser} on the bastion.\n\n`);
}

const farewell = (server: DemoServer, authorizedKeysFile: string): string => `${server.greeting
  .split('\n')
  .filter((line) => line.startsWith('  '))
  .join('\n')}

The server stays up: connect with one of these lines, and try for example

  EXPLAIN (ANALYZE) CONNECTION pg_connection;
  SELECT setup FROM mz_internal.mz_ssh_tunnel_setup;
  DROP CONNECTION ssh_connection CASCADE;

Name the connection instead of the database materialize, and psql lands in the database behind the bastion.
The bastion reads its keys from ${authorizedKeysFile}. Ctrl-C ends everything and keeps nothing.
`;

function folderIn(folder: string, name: string): string {
  const path = join(folder, name);
  mkdirSync(path, { mode: 0o700 });
  return path;
}

const say = (text: string): void => void process.stdout.write(text);
