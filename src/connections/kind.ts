import type { Duplex } from 'node:stream';
import type { PgNotice, StageReport } from '../errors/index.ts';
import type { Secret } from '../secrets/index.ts';
import type { Dial, TunnelCheck, TunnelId } from '../tunnels/index.ts';
import type { OptionTable, PlannedOptions } from './options.ts';

/** What a kind's `plan` may ask about other objects: read-only facts of the snapshot. */
export interface Names {
  /** Full three-part name of an item, for messages. */
  fullName(id: string): string;
  /** `ssh-tunnel`, `postgres` …; undefined when the item is no connection. */
  connectionType(id: string): string | undefined;
  /** `mz_environment_id()`; PROGRESS TOPIC's default holds it. */
  readonly environmentId: string;
  /** The id that the connection has or will get. */
  readonly ownId: string;
}

/** Opens secrets at the moment of use; the caller drops what it gets. */
export interface SecretReader {
  /** @throws PgError naming the secret when it is missing, cannot be opened or is not UTF-8. */
  text(secretId: string): Secret<string>;
}

/** One dial of a connection: who, through what, resolved where. EXPLAIN prints it; permitopen is computed from it. */
export interface Hop {
  readonly host: string;
  readonly port: number;
  readonly through: TunnelId | null;
  readonly purpose: string;
}

/** What a kind's stages work with. */
export interface StageContext {
  /** The connection's name for messages. */
  readonly name: string;
  /** The connection's own id: an SSH tunnel checks itself by it. */
  readonly id: string;
  readonly dial: Dial;
  readonly secrets: SecretReader;
  /** SSH TUNNEL only: a fresh login to the bastion. */
  readonly checkTunnel: (id: TunnelId, signal: AbortSignal) => Promise<TunnelCheck>;
  readonly signal: AbortSignal;
}

/** What VALIDATE sees: each step with its time, and things worth telling that are no failure. */
export type ValidationEvent =
  | { readonly report: StageReport }
  | { readonly notice: PgNotice }
  | { readonly fact: readonly [name: string, value: string] };

/** A client or stream that is logged in, ready for use; disposing it closes everything under it. */
export interface Client extends AsyncDisposable {
  readonly native: unknown;
}

/** An upstream stream on which the PostgreSQL start-up is done. */
export interface AuthenticatedStream {
  readonly stream: Duplex;
  readonly parameters: ReadonlyMap<string, string>;
  readonly cancelKey: { readonly processId: number; readonly secret: Uint8Array };
}

/** A connection kind: one folder, one line in index.ts. Parser, planner, SHOW CREATE, ALTER, completion and docs read it; none names a kind. */
export interface ConnectionKind<Details = unknown> {
  /** mz_connections.type: `ssh-tunnel`. */
  readonly type: string;
  /** As written after TO: `['SSH', 'TUNNEL']`. */
  readonly words: readonly string[];
  readonly options: OptionTable;
  /** Whether CREATE and ALTER check the connection unless told otherwise. */
  readonly validatesByDefault: boolean;
  /** Pure. Runs the kind's rules in the dialect's order. @throws PgError with position. */
  plan(options: PlannedOptions, names: Names): Details;
  /** What the kind's own relation shows beside the id; plain JSON, nothing secret. */
  facts(details: Details): Readonly<Record<string, unknown>>;
  hops(details: Details): readonly Hop[];
  /** VALIDATE: yields each step as it ends; throws the PgError of the step that failed (with `stage` set). */
  stages(details: Details, context: StageContext): AsyncIterable<ValidationEvent>;
  login?(details: Details, context: StageContext): Promise<Client>;
}

/** A kind that is only words and a refusal (0A000): AWS, AWS PRIVATELINK, SQL SERVER, ICEBERG CATALOG. */
export interface RefusedKind {
  readonly words: readonly string[];
  readonly refused: true;
  /** Option names that its statements may hold, so that they parse and print. */
  readonly optionNames: readonly string[];
}
