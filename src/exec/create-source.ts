import { notSupported } from '../errors/index.ts';
import type { CreateSourcePlan } from '../plan/index.ts';

/** @throws PgError 0A000 always: this server declares and reaches connections, it does not replicate. */
export function executeCreateSource(_plan: CreateSourcePlan): never {
  throw noSources('CREATE SOURCE');
}

export const noSources = (statement: string) =>
  notSupported(`${statement} is not supported`, {
    detail: 'This server declares connections and reaches what is behind them; it replicates nothing.',
    hint: 'The statement itself is well formed, and the connection that it names exists. VALIDATE CONNECTION checks the way to it.',
  });
