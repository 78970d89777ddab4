import type { SecretReader } from './kind.ts';
import type { TextOrSecret } from './options.ts';

/** The text itself, opened if it is a secret: for the moment of use only. @throws PgError naming the secret. */
export const textOf = (value: TextOrSecret, secrets: SecretReader): string =>
  'text' in value ? value.text : secrets.text(value.secretId).use((text) => text);
