import type { Duplex } from 'node:stream';
import type { PgNotice, StageReport } from '../errors/index.ts';
import type { Secret } from '../secrets/index.ts';
import type { Dial, TunnelCheck, TunnelId } from '../tunnels/index.ts';
import type { OptionTable, PlannedOptions, TextOrSecret } from './options.ts';

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
  /** Who logs in; null: nobody, or by the certificate alone. */
  readonly user: TextOrSecret | null;
  /** How the hop is protected, in words: `TLS, certificate checked`. */
  readonly protection: string;
  /** Item ids of the secrets that are opened for it. */
  readonly secrets: readonly string[];
}

export type HopTarget = Pick<Hop, 'host' | 'port'>;

/** A step of an earlier validation that revealed addresses. */
export interface SeenStep {
  readonly stage: string;
  readonly target: string;
  /** `host:port`, IPv6 in brackets. */
  readonly announced: readonly string[];
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
  /** The first dial through each tunnel logs in to the bastion anew instead of sharing a session: what VALIDATE CONNECTION wants. */
  readonly fresh?: boolean | undefined;
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

/** How a client's own start-up is continued at the server that it is relayed to. */
export interface RelayStart {
  /** Parameters of the start-up message beside user and database. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly onReport: (report: StageReport) => void;
}

/** An upstream stream on which the PostgreSQL start-up is done: paused behind ReadyForQuery. Whoever has it ends it. */
export interface AuthenticatedStream {
  readonly stream: Duplex;
  /** ParameterStatus as the server announced them. */
  readonly parameters: ReadonlyMap<string, string>;
  /** The server's own name of the session; null: it gave none, and nothing can be cancelled. */
  readonly processId: number | null;
  /** Asks the server to cancel what runs, on a connection of its own over the same way. */
  cancel(signal: AbortSignal): Promise<void>;
}

/** A connection kind: one folder, one line in index.ts. Parser, planner, SHOW CREATE, ALTER, completion and docs read it; none names a kind. */
export interface ConnectionKind<Details = unknown> {
  /** mz_connections.type: `ssh-tunnel`. */
  readonly type: string;
  /** As written after TO: `['SSH', 'TUNNEL']`. */
  readonly words: readonly string[];
  readonly options: OptionTable;
  /** What to write instead of an option that another kind has: `DATABASE` for MySQL … */
  readonly adviceForForeignOptions?: Readonly<Record<string, string>>;
  /** Whether CREATE and ALTER check the connection unless told otherwise. */
  readonly validatesByDefault: boolean;
  /** The server makes two key pairs for each connection of this kind and rotates them. */
  readonly ownsKeyPairs?: boolean;
  /** Whether an ALTER makes void what was learned of the other side (host keys). `reset`: options that the statement resets. */
  forgetsObserved?(before: Details, after: Details, reset: readonly string[]): boolean;
  /** Pure. Runs the kind's rules in the dialect's order. @throws PgError with position. */
  plan(options: PlannedOptions, names: Names): Details;
  /** What to tell the user who wrote this although it was taken: ignored options, weak choices. */
  notices?(details: Details): readonly PgNotice[];
  /** What the kind's own relation shows beside the id; plain JSON, nothing secret. */
  facts(details: Details): Readonly<Record<string, unknown>>;
  hops(details: Details): readonly Hop[];
  /**
   * Where it leads through a tunnel, as declared and as seen by the last validation; null: to places that only a validation finds.
   * Default: its hops through that tunnel.
   */
  targetsThrough?(details: Details, tunnelId: TunnelId, seen: readonly SeenStep[]): readonly HopTarget[] | null;
  /** Text for the administrator of the other side: what to run there so that this connection can log in and read. */
  setup?(details: Details): string;
  /**
   * VALIDATE: yields each step as it ends, the failed one included, then throws its PgError (`stage` set; the primary message names the
   * connection). The caller lists the steps in the DETAIL ({@link withStageReports}). Ending the iteration early closes everything.
   */
  stages(details: Details, context: StageContext): AsyncIterable<ValidationEvent>;
  login?(details: Details, context: StageContext): Promise<Client>;
  /** Only kinds that PostgreSQL clients can be relayed to. @throws PgError with a stage, as `stages` does. */
  relay?(details: Details, context: StageContext, start: RelayStart): Promise<AuthenticatedStream>;
}

/** A kind that is only words and a refusal (0A000): AWS, AWS PRIVATELINK, SQL SERVER, ICEBERG CATALOG. */
export interface RefusedKind {
  readonly words: readonly string[];
  readonly refused: true;
  /** Option names that its statements may hold, so that they parse and print. */
  readonly optionNames: readonly string[];
  /** What to use instead. */
  readonly hint: string;
}
