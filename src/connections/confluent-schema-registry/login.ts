import { notInState } from '../../errors/index.ts';
import type { Client, StageContext } from '../kind.ts';
import { Trace } from '../trace.ts';
import type { RegistryDetails } from './details.ts';
import { get, openClient } from './session.ts';

/** What `login` gives: reads of a registry's paths over one connection. */
export interface Registry {
  /** The JSON below a path such as `/subjects`. @throws PgError 55000 for a status other than 200. */
  read(path: string, signal: AbortSignal): Promise<unknown>;
}

export async function login(details: RegistryDetails, context: StageContext): Promise<Client> {
  const trace = new Trace(context);
  const client = await openClient(trace, details);
  const native: Registry = {
    read: async (path, signal) => {
      const answer = await get(client, trace, details, { path, signal });
      if (answer.statusCode === 200) return await answer.body.json();
      await answer.body.dump();
      throw notInState(`connection "${context.name}": ${path} answered with status ${answer.statusCode}`);
    },
  };
  return { native, [Symbol.asyncDispose]: () => client.close() };
}
