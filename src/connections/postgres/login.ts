import type { Client, StageContext } from '../kind.ts';
import { Trace } from '../trace.ts';
import type { PostgresDetails } from './details.ts';
import { openSession } from './session.ts';

/** A `pg.Client` that is logged in. */
export async function login(details: PostgresDetails, context: StageContext): Promise<Client> {
  const client = await openSession(new Trace(context), details);
  return { native: client, [Symbol.asyncDispose]: () => client.end() };
}
