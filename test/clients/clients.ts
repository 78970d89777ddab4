import { go, java, type Language, node, python, rust } from './languages.ts';

/** What a client can do beside statements and transactions. */
export type Ability = 'cancel' | 'stream' | 'copy' | 'inspect' | 'notices' | 'types';

/** A client program: its folder, how it is made and run, and what of it is tried. */
export interface Client {
  readonly folder: string;
  readonly language: Language;
  readonly mode: string;
  /** `password`: SCRAM over TLS with the server's certificate checked; `trust`: neither. */
  readonly login: 'password' | 'trust';
  readonly can: readonly Ability[];
  /** Tried in the private database behind a connection too. */
  readonly relay?: true;
}

const all: readonly Ability[] = ['cancel', 'stream', 'copy', 'inspect', 'notices', 'types'];
const driver = all.filter((each) => each !== 'inspect' && each !== 'copy');
const copying = all.filter((each) => each !== 'inspect');
const inspecting = all.filter((each) => each !== 'copy');
const few: readonly Ability[] = ['cancel', 'notices', 'types'];

export const clients: readonly Client[] = [
  { folder: 'node-postgres', language: node, mode: 'unnamed', login: 'password', can: driver },
  { folder: 'node-postgres', language: node, mode: 'named', login: 'trust', can: driver, relay: true },
  { folder: 'postgres-js', language: node, mode: 'prepared', login: 'password', can: driver, relay: true },
  { folder: 'postgres-js', language: node, mode: 'unnamed', login: 'trust', can: driver },
  { folder: 'psycopg3', language: python, mode: 'text', login: 'trust', can: copying },
  { folder: 'psycopg3', language: python, mode: 'binary', login: 'password', can: copying, relay: true },
  { folder: 'psycopg2', language: python, mode: 'simple', login: 'password', can: copying, relay: true },
  { folder: 'asyncpg', language: python, mode: 'binary', login: 'password', can: all, relay: true },
  { folder: 'sqlalchemy', language: python, mode: 'psycopg', login: 'password', can: ['stream', 'inspect'] },
  { folder: 'sqlalchemy', language: python, mode: 'psycopg2', login: 'password', can: ['stream', 'inspect'] },
  { folder: 'pgjdbc', language: java, mode: 'extended', login: 'password', can: all, relay: true },
  { folder: 'pgjdbc', language: java, mode: 'simple', login: 'trust', can: all },
  { folder: 'go/pgx', language: go, mode: 'cache_statement', login: 'password', can: all, relay: true },
  { folder: 'go/pgx', language: go, mode: 'simple_protocol', login: 'trust', can: copying },
  { folder: 'go/libpq', language: go, mode: 'text', login: 'password', can: few, relay: true },
  { folder: 'go/libpq', language: go, mode: 'binary', login: 'trust', can: few },
  { folder: 'tokio-postgres', language: rust, mode: 'binary', login: 'password', can: inspecting, relay: true },
  { folder: 'knex', language: node, mode: 'raw', login: 'password', can: ['cancel', 'stream', 'inspect', 'types'] },
  { folder: 'kysely', language: node, mode: 'compiled', login: 'password', can: ['stream', 'inspect', 'notices'] },
  { folder: 'drizzle', language: node, mode: 'execute', login: 'password', can: ['inspect', 'notices'] },
  { folder: 'typeorm', language: node, mode: 'runner', login: 'password', can: ['stream', 'inspect', 'notices'] },
  { folder: 'sequelize', language: node, mode: 'bind', login: 'password', can: ['inspect'] },
];
