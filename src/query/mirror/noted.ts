import type { BackendSignal, SettingChange } from '../contract.ts';
import { readTextRow } from './backend-messages.ts';

/** Functions whose effect the engine notes and the server brings about (catalog/relations/functions/). */
const notingFunctions = ['set_config', 'pg_cancel_backend', 'pg_terminate_backend'];

export const notes = (functions: readonly string[]): boolean =>
  notingFunctions.some((name) => functions.includes(name));

/** Whether a statement is to be told whom it may signal. */
export const needsBackends = (functions: readonly string[]): boolean =>
  functions.includes('pg_cancel_backend') || functions.includes('pg_terminate_backend');

/** What a statement asked for, to be brought about once it succeeded. */
export interface Noted {
  readonly settings: readonly SettingChange[];
  readonly signals: readonly BackendSignal[];
}

/** Asked in the statement's own transaction, behind it. */
export const whatWasNoted =
  "SELECT pg_catalog._mirror_current_setting('sallyport.set', true), pg_catalog._mirror_current_setting('sallyport.signals', true)";

/** Of the row that answers {@link whatWasNoted}. */
export function readNoted(message: Uint8Array): Noted {
  const [set, signals] = readTextRow(message);
  const changes = JSON.parse(set || '[]') as readonly (readonly [name: string, value: string, local: boolean])[];
  const sent = JSON.parse(signals || '[]') as readonly (readonly [processId: number, kind: BackendSignal['kind']])[];
  return {
    settings: changes.map(([name, value, local]) => ({ name, value, local })),
    signals: sent.map(([processId, kind]) => ({ processId, kind })),
  };
}
