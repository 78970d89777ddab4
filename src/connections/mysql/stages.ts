import type { Connection } from 'mysql2';
import type { StageContext, ValidationEvent } from '../kind.ts';
import { hostPort } from '../rules.ts';
import { eventsOf, messageOf, type Trace } from '../trace.ts';
import type { MysqlDetails } from './details.ts';
import { openSession } from './session.ts';

const queryDeadlineMs = 10_000;

/** Told, not demanded: nothing is replicated. */
const variables = [
  'version',
  'read_only',
  'log_bin',
  'binlog_format',
  'binlog_row_image',
  'gtid_mode',
  'gtid_strict_mode',
];

/** Logs in and asks the server what it is. */
export const stages = (details: MysqlDetails, context: StageContext): AsyncIterable<ValidationEvent> =>
  eventsOf(context, async (trace) => {
    const connection = await openSession(trace, details);
    try {
      await describeServer(trace, details, connection);
    } finally {
      connection.destroy();
    }
  });

async function describeServer(trace: Trace, details: MysqlDetails, connection: Connection): Promise<void> {
  const target = hostPort(details.host, details.port);
  const facts = await trace.step(
    {
      stage: 'server',
      target,
      deadlineMs: queryDeadlineMs,
      explain: (cause) => ({
        message: `${target} let the user in and answers no query: ${messageOf(cause)}`,
        hint: 'Look into the log of the server, or of the proxy in front of it.',
      }),
    },
    () => readVariables(connection),
    (found) => found.get('version'),
  );
  for (const name of variables) {
    const value = facts.get(name);
    if (value !== undefined) trace.fact(name, value);
  }
}

function readVariables(connection: Connection): Promise<ReadonlyMap<string, string>> {
  const list = variables.map((name) => `'${name}'`).join(', ');
  return new Promise((resolve, reject) => {
    connection.query({ sql: `SHOW VARIABLES WHERE Variable_name IN (${list})`, rowsAsArray: true }, (error, rows) => {
      if (error !== null) reject(error);
      else resolve(new Map(rows as unknown as [string, string][]));
    });
  });
}
