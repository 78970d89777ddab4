import { dataCorrupted } from '../errors/index.ts';
import { openBytes, sealBytes } from './sealed-bytes.ts';
import { Secret } from './secret.ts';

/** Seals values under the data key (AES-256-GCM). `context` is authenticated with it (`u3/value`): a sealed value opens only in its place. */
export interface Sealer {
  seal(plain: Uint8Array, context: string): Uint8Array;
  /** @throws PgError XX001 naming the context when the value was changed, moved or sealed under another key. */
  open(sealed: Uint8Array, context: string): Secret<Buffer>;
}

/** Seals under a data key; every value gets a random nonce. */
export function createSealer(dataKey: Secret<Buffer>): Sealer {
  return {
    seal: (plain, context) => dataKey.use((key) => sealBytes(key, plain, context)),
    open: (sealed, context) => {
      const plain = dataKey.use((key) => openBytes(key, sealed, context));
      if (plain === null) {
        throw dataCorrupted(`sealed value ${context} cannot be opened`, {
          hint: 'It was changed, or the catalog and its data key do not belong together. Restore a backup, or set the value again.',
        });
      }
      return new Secret(plain);
    },
  };
}
