// postgres.js. Mode `prepared` (its default: named statements) or `unnamed`. It reads pg_type for the array types when it connects.
import postgres from 'postgres';
import { cancelled, mode, onNotice, serve, server } from '../lib/loop.mjs';

await serve(async () => {
  const { ca, ...where } = server;
  const pool = postgres({
    ...where,
    ssl: ca === undefined ? false : { ca },
    max: 1,
    prepare: mode === 'prepared',
    onnotice: onNotice,
    connection: { application_name: 'postgres.js' },
  });
  const sql = await pool.reserve();
  const prepare = mode === 'prepared';
  const shown = (result) => ({
    columns: (result.columns ?? []).map((column) => column.name),
    types: (result.columns ?? []).map((column) => column.type),
    rows: [...result],
  });
  const query = async (text, values = []) => shown(await sql.unsafe(text, values, { prepare }).values());
  return {
    query,
    begin: () => query('BEGIN'),
    commit: () => query('COMMIT'),
    rollback: () => query('ROLLBACK'),
    cancel(text) {
      const running = sql.unsafe(text).values();
      return cancelled(
        async () => shown(await running),
        () => running.cancel(),
      );
    },
    async stream(text) {
      const sizes = [];
      await sql.unsafe(text).cursor(100, (rows) => void sizes.push(rows.length));
      return { found: sizes };
    },
    async end() {
      sql.release();
      await pool.end();
    },
  };
});
