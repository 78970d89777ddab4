// node-postgres. Mode `unnamed`: without parameters the simple protocol, as most programs use it; `named`: prepared statements throughout.
import pg from 'pg';
import Cursor from 'pg-cursor';
import { cancelled, fromResult, mode, onNotice, serve, server } from '../lib/loop.mjs';

const config = {
  host: server.host,
  port: server.port,
  user: server.user,
  password: server.password,
  database: server.database,
  ...(server.ca === undefined ? {} : { ssl: { ca: server.ca }, enableChannelBinding: true }),
};

await serve(async () => {
  const client = new pg.Client(config);
  client.on('notice', onNotice);
  await client.connect();
  const named = new Map();
  const name = (text) => named.get(text) ?? named.set(text, `statement ${named.size + 1}`).get(text);
  const query = async (text, values = []) =>
    fromResult(
      await client.query({ text, values, rowMode: 'array', ...(mode === 'named' ? { name: name(text) } : {}) }),
    );
  return {
    query,
    begin: () => query('BEGIN'),
    commit: () => query('COMMIT'),
    rollback: () => query('ROLLBACK'),
    cancel: (text) =>
      cancelled(
        () => query(text),
        () => cancel(client),
      ),
    async stream(text) {
      const cursor = client.query(new Cursor(text, [], { rowMode: 'array' }));
      const sizes = [];
      for (let rows = await cursor.read(100); rows.length > 0; rows = await cursor.read(100)) sizes.push(rows.length);
      await cursor.close();
      return { found: sizes };
    },
    end: () => client.end(),
  };
});

/** The driver has no call for it: a connection that sends the request and the key of the first. */
function cancel({ processID, secretKey }) {
  const connection = new pg.Connection({ ssl: config.ssl ?? false });
  connection.on('error', () => {});
  const request = () => connection.cancel(processID, secretKey);
  connection.once('connect', config.ssl === undefined ? request : () => connection.requestSsl());
  connection.once('sslconnect', request);
  connection.connect(config.port, config.host);
}
