import type { StageContext, ValidationEvent } from '../kind.ts';
import { hostPort } from '../rules.ts';
import { eventsOf, messageOf, type Trace } from '../trace.ts';
import type { PostgresDetails } from './details.ts';
import { openSession } from './session.ts';

const queryDeadlineMs = 10_000;

/** Logs in and asks the server what it is. Version, standby and wal_level are told, not demanded: nothing is replicated. */
export const stages = (details: PostgresDetails, context: StageContext): AsyncIterable<ValidationEvent> =>
  eventsOf(context, async (trace) => {
    const client = await openSession(trace, details);
    try {
      await describeServer(trace, details, client);
    } finally {
      client.end().catch(() => {});
    }
  });

interface ServerFacts {
  readonly version: string;
  readonly standby: boolean;
  readonly wal_level: string;
}

async function describeServer(
  trace: Trace,
  details: PostgresDetails,
  client: Awaited<ReturnType<typeof openSession>>,
): Promise<void> {
  const target = hostPort(details.host, details.port);
  const facts = await trace.step(
    {
      stage: 'server',
      target,
      deadlineMs: queryDeadlineMs,
      explain: (cause) => ({
        message: `${target} let the user in and answers no query: ${messageOf(cause)}`,
        hint: 'A pooler in front of the server may have lost it. Look into its log.',
      }),
    },
    async () => {
      const { rows } = await client.query<ServerFacts>(
        `SELECT current_setting('server_version') AS version, pg_is_in_recovery() AS standby, current_setting('wal_level') AS wal_level`,
      );
      return rows[0];
    },
    (row) => (row === undefined ? undefined : `PostgreSQL ${row.version}${row.standby ? ', standby' : ''}`),
  );
  if (facts === undefined) return;
  trace.fact('version', facts.version);
  trace.fact('standby', facts.standby ? 'yes' : 'no');
  trace.fact('wal_level', facts.wal_level);
}
