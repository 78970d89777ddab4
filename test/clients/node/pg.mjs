// node-postgres. Mode `simple`: without parameters, as most programs use it; `prepared`: named statements for everything.
import { createInterface } from 'node:readline';
import pg from 'pg';

const [host, port, mode] = process.argv.slice(2);
const client = new pg.Client({ host, port: Number(port), user: 'materialize', database: 'materialize' });
await client.connect();

const types = { getTypeParser: () => (value) => value.toString() };
let statements = 0;
for await (const line of createInterface({ input: process.stdin })) {
  const [text, ...values] = line.split(' ').map((word) => Buffer.from(word, 'base64').toString('utf8'));
  const prepared = mode === 'prepared' ? { name: `statement ${(statements += 1)}` } : {};
  const answer = await ask({ text, values, rowMode: 'array', types, ...prepared });
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
await client.end();

async function ask(query) {
  try {
    const result = await client.query(query);
    return { ok: true, columns: result.fields.map((field) => field.name), rows: result.rows };
  } catch (error) {
    return { ok: false, code: error.code, message: error.message };
  }
}
