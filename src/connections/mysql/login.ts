import type { Client, StageContext } from '../kind.ts';
import { Trace } from '../trace.ts';
import type { MysqlDetails } from './details.ts';
import { openSession } from './session.ts';

/** A mysql2 `Connection` that is logged in. */
export async function login(details: MysqlDetails, context: StageContext): Promise<Client> {
  const connection = await openSession(new Trace(context), details);
  return {
    native: connection,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => connection.end(() => resolve())),
  };
}
