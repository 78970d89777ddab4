import type { SettingChange } from '../contract.ts';
import { readTextRow } from './backend-messages.ts';

/** Filled by set_config (catalog/relations/functions/settings.sql), for the transaction that ends with the read. */
export const whatWasSet = "SELECT pg_catalog._mirror_current_setting('sallyport.set', true)";

/** Of the row that answers {@link whatWasSet}. */
export function settingChanges(message: Uint8Array): readonly SettingChange[] {
  const [text] = readTextRow(message);
  const changes = JSON.parse(text || '[]') as readonly (readonly [name: string, value: string, local: boolean])[];
  return changes.map(([name, value, local]) => ({ name, value, local }));
}
