import { confluentSchemaRegistry } from './confluent-schema-registry/index.ts';
import { kafka } from './kafka/index.ts';
import type { ConnectionKind, RefusedKind } from './kind.ts';
import { mysql } from './mysql/index.ts';
import { postgres } from './postgres/index.ts';
import { aws, awsPrivatelink, icebergCatalog, sqlServer } from './refused-kinds.ts';
import { sshTunnel } from './ssh-tunnel/index.ts';

/** The kinds that can be opened, one line each. */
export const kinds: readonly ConnectionKind[] = [sshTunnel, postgres, mysql, kafka, confluentSchemaRegistry];

/** The kinds that are words and a refusal. */
export const refusedKinds: readonly RefusedKind[] = [aws, awsPrivatelink, sqlServer, icebergCatalog];

/** `SSH TUNNEL` → its kind; undefined for words that are no kind. */
export const kindByWords = (words: string): ConnectionKind | RefusedKind | undefined =>
  [...kinds, ...refusedKinds].find((kind) => kind.words.join(' ') === words);

/** `ssh-tunnel` → its kind. */
export const kindByType = (type: string): ConnectionKind | undefined => kinds.find((kind) => kind.type === type);

/** `SSH TUNNEL`, `POSTGRES` …: those that can be opened, for hints. */
export const supportedWords: readonly string[] = kinds.map((kind) => kind.words.join(' '));
