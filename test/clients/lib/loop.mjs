// The loop of every Node program: words from standard input, one line of JSON for each answer.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const { PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE, PGSSLROOTCERT } = process.env;

/** How to reach the server. `ca`: PEM text, when the server is to prove who it is. */
export const server = {
  host: PGHOST,
  port: Number(PGPORT),
  user: PGUSER,
  password: PGPASSWORD,
  database: PGDATABASE,
  ca: PGSSLROOTCERT === undefined ? undefined : readFileSync(PGSSLROOTCERT, 'utf8'),
};
export const mode = process.argv[2];
export const url = `postgres://${PGUSER}:${encodeURIComponent(PGPASSWORD ?? '')}@${PGHOST}:${PGPORT}/${PGDATABASE}`;

/** What the server said beside the answer; filled by the program, handed out with the next answer. */
export const notices = [];
export const onNotice = ({ code, message }) => notices.push({ code, message });

/** Connects with `open`, which gives the verbs that the client has, and answers until the input ends. */
export async function serve(open) {
  let verbs;
  try {
    verbs = await open();
    say({ ok: true, columns: [], rows: [] });
  } catch (error) {
    say(failure(error));
    process.exit();
  }
  for await (const line of createInterface({ input: process.stdin })) {
    const [verb, ...words] = line.split(' ');
    const [statement, ...values] = words.map(decode);
    try {
      say({ ok: true, columns: [], rows: [], ...(await verbs[verb](statement, values)) });
    } catch (error) {
      say(failure(error));
    }
  }
  await verbs.end();
}

/**
 * Runs `start()` and cancels it with `cancel()` until it has ended: the first request may come too early, and one that comes too late
 * would end the next statement.
 */
export async function cancelled(start, cancel) {
  const timer = setInterval(() => cancel(), 2_000);
  try {
    return await start();
  } finally {
    clearInterval(timer);
  }
}

/** Answers in the form of pg's result with rows as arrays. */
export const fromResult = ({ fields, rows }) => ({
  columns: fields.map((field) => field.name),
  types: fields.map((field) => field.dataTypeID),
  rows,
});

/** Answers of libraries that give objects. */
export const fromObjects = (objects) => {
  const columns = Object.keys(objects[0] ?? {});
  return { columns, rows: objects.map((object) => columns.map((column) => object[column])) };
};

function decode(word) {
  const text = Buffer.from(word, 'base64').toString('utf8');
  const value = text.slice(1);
  switch (text[0]) {
    case 'i':
      return Number(value);
    case 'b':
      return value === 'true';
    case 'a':
      return value.split(',');
    case 'n':
      return null;
    default:
      return value;
  }
}

function say(answer) {
  process.stdout.write(`${JSON.stringify({ ...answer, notices: notices.splice(0) }, plain)}\n`);
}

/** Bytes as hexadecimal; a Buffer arrives here as its toJSON has it. */
function plain(_key, value) {
  if (typeof value === 'bigint') return String(value);
  if (value?.type === 'Buffer') return Buffer.from(value.data).toString('hex');
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;
}

/** Libraries wrap the driver's error: `original` (Sequelize), `driverError` (TypeORM), `cause` (Drizzle). */
function failure(error) {
  const inner = error.original ?? error.driverError ?? error.cause ?? error;
  const { code, message, detail, hint, position } = inner;
  return { ok: false, code, message, detail, hint, position };
}
