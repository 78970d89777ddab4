import type { MasterKeySource } from './secrets/index.ts';

/** Where to listen. `host` is a name or an address without brackets; port 0 takes a free one. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';
export type LogFormat = 'json' | 'pretty';

/** PEM files, read again when they change. */
export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
  /** Signs the certificates that clients may log in with. */
  readonly clientCaFile: string | null;
  /** The server makes and renews certificate and key itself, in the data directory. */
  readonly selfSigned: boolean;
}

/** Clients that name a connection as their database. Limits of 0 are none. */
export interface RelayConfig {
  readonly perConnectionMax: number;
  readonly perRoleMax: number;
  readonly connectTimeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly lifetimeMs: number;
  /** How long they may go on after the server was told to stop. */
  readonly drainMs: number;
}

/** What the server was told at start, checked and frozen. Paths are absolute. */
export interface Config {
  readonly dataDir: string;
  readonly masterKey: MasterKeySource;
  readonly listenSql: Endpoint;
  readonly listenHttp: Endpoint;
  /** Announced by mz_egress_ips; those that are local are bound by SSH sockets. Empty: the route's own address. */
  readonly egressAddresses: readonly string[];
  /** How clients on TCP prove who they are. */
  readonly auth: 'trust' | 'scram';
  /** Clients of other machines may come without TLS. */
  readonly allowPlaintext: boolean;
  readonly relay: RelayConfig;
  /** null: no TLS. */
  readonly tls: TlsFiles | null;
  readonly log: { readonly level: LogLevel; readonly format: LogFormat };
}
