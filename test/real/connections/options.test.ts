import pg, { type Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ConnectionKind, kinds, type OptionSpec } from '../../../src/connections/index.ts';
import { type Sallyport, startSallyport } from '../../support/sallyport.ts';

/** What a connection of each kind needs to be planned whatever else is set. */
const bases: Readonly<Record<string, string>> = {
  'ssh-tunnel': "HOST 'bastion.example', USER 'u'",
  postgres: "HOST 'db.internal', DATABASE 'd', USER 'u'",
  mysql: "HOST 'db.internal', USER 'u'",
  kafka:
    "BROKER 'b.internal:9092', SECURITY PROTOCOL 'SASL_SSL', SASL MECHANISMS 'PLAIN', SASL USERNAME 'u', SASL PASSWORD SECRET s",
  'confluent-schema-registry': "URL 'https://registry.internal'",
};

/** Options that stand together or not at all. */
const companions: Readonly<Record<string, string>> = { 'SSL CERTIFICATE': 'SSL KEY', 'SSL KEY': 'SSL CERTIFICATE' };

/** Options without which the base is no connection, beside those that the table calls required. */
const needed = ['BROKER', 'BROKERS', 'SASL MECHANISMS', 'SASL USERNAME', 'SASL PASSWORD'];

const hostKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1fZ7bD1nVxVxjqk8mQ7xkzVq0m4c2lY2cXoT8X3J5v';

/** A value of the option, as a statement writes it. */
function sampleOf(name: string, { value }: OptionSpec): string {
  if (name === 'HOST KEY') return `'${hostKey}'`;
  if (name === 'URL') return "'https://other.internal'";
  switch (value.form) {
    case 'secret':
      return 'SECRET s';
    case 'integer':
      return '7';
    case 'one-of':
      return `'${value.values.at(-1)}'`;
    case 'object':
      return 'other_tunnel';
    case 'broker':
      return "'other.internal:9093'";
    case 'brokers':
      return "('other.internal:9093', 'third.internal:9094' USING SSH TUNNEL other_tunnel)";
    case 'refused':
      return 'other_tunnel';
    default:
      return "'sample.internal'";
  }
}

let server: Sallyport;
let client: Client;
beforeAll(async () => {
  server = await startSallyport();
  client = await server.client();
  await client.query(`CREATE SECRET s AS 'x'; CREATE CONNECTION other_tunnel TO SSH TUNNEL (HOST 'h', USER 'u')`);
});
afterAll(() => server[Symbol.asyncDispose]());

async function codeOf(statement: string): Promise<string> {
  try {
    await client.query(statement);
    return '00000';
  } catch (error) {
    if (error instanceof pg.DatabaseError) return error.code ?? '';
    throw error;
  }
}

async function shown(statement: string): Promise<string> {
  const { rows } = await client.query<{ readonly create_sql: string }>(statement);
  return rows[0]?.create_sql ?? '';
}

const cases = kinds.flatMap((kind) =>
  Object.entries(kind.options).map(([name, spec]) => [kind.words.join(' '), name, kind, spec] as const),
);

const optionIn = (name: string): RegExp => new RegExp(`(\\(|, )${name} (=|\\()`);

const isFixed = ({ value, alterable }: OptionSpec): boolean => value.form === 'refused' || !alterable;

/** Creates the connection of one case; gives its name and the actions that set and reset the option. */
async function create(words: string, name: string, kind: ConnectionKind) {
  const connection = `c_${kind.type}_${name}`.toLowerCase().replaceAll(/\W/g, '_');
  await client.query(`CREATE CONNECTION ${connection} TO ${words} (${bases[kind.type]}) WITH (VALIDATE = false)`);
  const names = [name, companions[name]].filter((each) => each !== undefined);
  const samples = names.map((each) => `SET (${each} = ${sampleOf(each, kind.options[each] as OptionSpec)})`);
  const alter = (actions: readonly string[]): Promise<string> =>
    codeOf(`ALTER CONNECTION ${connection} ${actions.join(', ')} WITH (VALIDATE = false)`);
  return {
    set: () => alter(samples),
    reset: () => alter(names.map((each) => `RESET (${each})`)),
    text: () => shown(`SHOW CREATE CONNECTION ${connection}`),
    redacted: () => shown(`SHOW REDACTED CREATE CONNECTION ${connection}`),
  };
}

test.each(cases.filter(([, , , spec]) => isFixed(spec)))(
  '%s: %s may not be altered',
  async (words, name, kind, spec) => {
    const connection = await create(words, name, kind);
    const before = await connection.text();
    expect(await connection.set()).toBe(spec.value.form === 'refused' ? '0A000' : '42809');
    expect(await connection.text()).toBe(before);
  },
);

test.each(cases.filter(([, , , spec]) => !isFixed(spec)))(
  '%s: %s is set, shown and reset',
  async (words, name, kind, spec) => {
    const connection = await create(words, name, kind);
    expect(await connection.set()).toBe('00000');
    const after = await connection.text();
    expect(after).toMatch(optionIn(name));
    // A stored definition names its secrets and holds none.
    expect(await connection.redacted()).toBe(after);
    const must = spec.required === true || (kind.type === 'kafka' && needed.includes(name));
    expect(await connection.reset()).toBe(must ? '42601' : '00000');
    expect(optionIn(name).test(await connection.text())).toBe(must);
  },
);
