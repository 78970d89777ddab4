import type { Secret } from './secret.ts';

/** Seals values under the data key (AES-256-GCM). `context` is authenticated with it (`u3/value`): a sealed value opens only in its place. */
export interface Sealer {
  seal(plain: Uint8Array, context: string): Uint8Array;
  /** @throws PgError XX001 naming the context when the value was changed, moved or sealed under another key. */
  open(sealed: Uint8Array, context: string): Secret<Buffer>;
}
