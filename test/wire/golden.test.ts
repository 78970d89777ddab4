import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { type Sallyport, firstPassword, firstRead, startSallyport } from '../support/sallyport.ts';
import { type GoldenServer, converse } from './golden/converse.ts';
import { type Conversation, expectedOf, parseConversations, printConversation } from './golden/conversation.ts';
import type { WireListener } from '../../src/wire/index.ts';
import { listenToy } from './toy/handler.ts';

/** The same conversations with this server's protocol room and with a real PostgreSQL. `REWRITE=1` writes down what they said. */
const rewrite = process.env['REWRITE'] === '1';
const folder = import.meta.dirname;
const files = readdirSync(folder).filter((name) => name.endsWith('.pt'));

let postgres: TestPostgres | undefined;
let listener: WireListener | undefined;
let sallyport: Sallyport | undefined;
/** The same, for clients that come with a password over TLS. */
let secured: Sallyport | undefined;
let servers: readonly GoldenServer[];

beforeAll(async () => {
  postgres = await startPostgres({ settings: { max_connections: '50', timezone: 'UTC' } });
  listener = await listenToy();
  sallyport = await startSallyport({ args: ['--auth', 'trust'] });
  secured = await startSallyport({ args: ['--auth', 'scram', '--tls', 'auto'] });
  // The first read waits for the mirror to start: longer than any message may take on a busy machine.
  await sallyport.psql('SELECT 1');
  await firstRead(secured);
  servers = [
    { name: 'postgres', target: { port: postgres.port }, user: 'trusted', database: 'app' },
    { name: 'wire', target: listener.address, user: 'materialize', database: 'materialize' },
    { name: 'sallyport', target: { port: sallyport.sqlPort }, user: 'materialize', database: 'materialize' },
    {
      name: 'sallyport',
      target: { port: secured.sqlPort, user: 'materialize', password: firstPassword(secured) },
      user: 'materialize',
      database: 'materialize',
    },
  ];
}, 600_000);

afterAll(async () => {
  // After a start that failed there is less to end.
  for (const server of [secured, sallyport, listener, postgres] as const) await server?.[Symbol.asyncDispose]();
});

for (const file of files) {
  const path = join(folder, file);
  const { comments, conversations } = parseConversations(readFileSync(path, 'utf8'));
  const printed = new Map<string, string>();
  test.each(conversations.map((conversation) => [conversation.name, conversation] as const))(
    `${file}: %s`,
    async (name, conversation) => {
      const answers: Record<string, string[][]> = {};
      for (const server of servers) {
        // With a password a conversation begins behind the login, and what is said is what the same server says without.
        if ('password' in server.target && (conversation.raw || rewrite)) continue;
        if (server.name === 'wire' && conversation.sql) continue;
        const said = await converse(server, conversation);
        answers[server.name] = said;
        const wanted = rewrite ? said : wantedOf(conversation, server.name, said);
        expect({ server: server.name, said }).toEqual({ server: server.name, said: wanted });
      }
      printed.set(name, printConversation(conversation, answers));
    },
  );
  afterAll(() => {
    if (rewrite && printed.size === conversations.length) {
      writeFileSync(path, comments + conversations.map(({ name }) => printed.get(name)).join('\n'));
    }
  });
}

/** What was written down for a server. What PostgreSQL says is welcome too: a difference that has gone is no failure. */
function wantedOf(conversation: Conversation, server: string, said: readonly (readonly string[])[]): string[][] {
  const theirs = conversation.exchanges.map((exchange) => expectedOf(exchange, 'postgres'));
  if (JSON.stringify(said) === JSON.stringify(theirs)) return theirs;
  return conversation.exchanges.map((exchange) => expectedOf(exchange, server));
}

test('there are conversations enough', () => {
  const count = files.flatMap(
    (file) => parseConversations(readFileSync(join(folder, file), 'utf8')).conversations,
  ).length;
  expect(count).toBeGreaterThanOrEqual(150);
});
