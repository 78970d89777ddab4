import type { Hop } from './kind.ts';
import type { TextOrSecret } from './options.ts';
import { idOf, protectionOf, type TlsDetails, tlsSecretsOf } from './tls.ts';

/** What a connection to one server declares, whatever its kind. */
export interface ServerDetails {
  readonly host: string;
  readonly port: number;
  /** null: nobody logs in. */
  readonly user: TextOrSecret | null;
  readonly passwordSecretId: string | null;
  readonly tls: TlsDetails;
  /** Item id of the tunnel. */
  readonly through: string | null;
}

/** The one hop of such a connection. */
export const hopTo =
  (purpose: string) =>
  ({ host, port, through, user, passwordSecretId, tls }: ServerDetails): readonly Hop[] => [
    {
      host,
      port,
      through,
      purpose,
      user,
      protection: protectionOf(tls),
      secrets: [...idOf(user), ...(passwordSecretId === null ? [] : [passwordSecretId]), ...tlsSecretsOf(tls)],
    },
  ];
