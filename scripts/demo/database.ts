import { createHash, randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { PGlite } from '@electric-sql/pglite';
import { PgError } from '../../src/errors/index.ts';
import {
  authenticationOk,
  backendKeyData,
  BodyReader,
  decodeStartupPacket,
  errorResponse,
  FrameReader,
  MessageWriter,
  parameterStatus,
  readyForQuery,
} from '../../src/wire/codec/index.ts';

export interface DemoLogin {
  readonly database: string;
  readonly user: string;
  readonly password: string;
}

const messageBytesMax = 16 * 1024 * 1024;
const terminate = 'X'.charCodeAt(0);

const contents = `
  CREATE TABLE orders (id integer PRIMARY KEY, customer text NOT NULL, total numeric(10, 2) NOT NULL);
  INSERT INTO orders VALUES (1, 'Ada', 12.50), (2, 'Grace', 99.90), (3, 'Edsger', 7.00);`;

/** A PostgreSQL within this process (PGlite). It listens nowhere: whoever is to reach it brings the stream. */
export class DemoDatabase implements AsyncDisposable {
  readonly #engine: PGlite;
  readonly #login: DemoLogin;
  /** The engine has one session: batches of its clients take turns. */
  #turn: Promise<void> = Promise.resolve();

  private constructor(engine: PGlite, login: DemoLogin) {
    this.#engine = engine;
    this.#login = login;
  }

  static async start(folder: string, login: DemoLogin): Promise<DemoDatabase> {
    const { database, user } = login;
    const first = await PGlite.create(folder);
    await first.exec(`CREATE ROLE ${user} LOGIN`);
    await first.exec(`CREATE DATABASE ${database} OWNER ${user}`);
    await first.close();
    const engine = await PGlite.create(folder, { database, username: user });
    await engine.exec(contents);
    return new DemoDatabase(engine, login);
  }

  /** One client, until it leaves. */
  serve(stream: Duplex): void {
    stream.on('error', () => stream.destroy());
    this.#converse(stream)
      .catch((error: unknown) => {
        if (error instanceof PgError) send(stream, (out) => errorResponse(out, error));
      })
      .finally(() => stream.end());
  }

  async #converse(stream: Duplex): Promise<void> {
    const input = new Input(stream);
    if (!(await this.#letIn(input, stream))) return;
    let release: (() => void) | undefined;
    try {
      for (;;) {
        const message = await input.message();
        if (message === undefined || message[0] === terminate) return;
        release ??= await this.#takeTurn();
        const answer = await this.#engine.execProtocolRaw(message);
        stream.write(answer);
        if (!endsIdle(answer)) continue;
        release();
        release = undefined;
      }
    } finally {
      if (release !== undefined) await this.#engine.exec('ROLLBACK').catch(() => {});
      release?.();
    }
  }

  async #takeTurn(): Promise<() => void> {
    const before = this.#turn;
    let release = (): void => {};
    this.#turn = new Promise((resolve) => (release = resolve));
    await before;
    return release;
  }

  /** Start-up and an md5 login; false for a client that only asked, or left. @throws PgError for what it tells the client. */
  async #letIn(input: Input, stream: Duplex): Promise<boolean> {
    for (;;) {
      const body = await input.packet();
      if (body === undefined) return false;
      const packet = decodeStartupPacket(body);
      if (packet.kind === 'cancel-request') return false;
      if (packet.kind === 'startup') {
        await this.#checkPassword(input, stream, packet.startup.user);
        if (packet.startup.database !== this.#login.database) {
          throw fatal('invalid_catalog_name', `database "${packet.startup.database}" does not exist`);
        }
        break;
      }
      stream.write('N');
    }
    send(stream, (out) => {
      authenticationOk(out);
      for (const [name, value] of Object.entries(parameters)) parameterStatus(out, name, value);
      backendKeyData(out, process.pid, randomBytes(4));
      readyForQuery(out, 'idle');
    });
    return true;
  }

  /** Source: PostgreSQL 16 §55.2.1, AuthenticationMD5Password. */
  async #checkPassword(input: Input, stream: Duplex, user: string): Promise<void> {
    const salt = randomBytes(4);
    send(stream, (out) => out.begin('R').int32(5).bytes(salt).end());
    const message = await input.message();
    const given = message === undefined ? '' : new BodyReader(Buffer.from(message).subarray(5)).cstring();
    const inner = md5(`${this.#login.password}${this.#login.user}`);
    if (user === this.#login.user && given === `md5${md5(Buffer.concat([Buffer.from(inner), salt]))}`) return;
    throw fatal('invalid_password', `password authentication failed for user "${user}"`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#engine.close();
  }
}

const parameters = {
  server_version: '18.0',
  server_encoding: 'UTF8',
  client_encoding: 'UTF8',
  DateStyle: 'ISO, MDY',
  integer_datetimes: 'on',
  standard_conforming_strings: 'on',
  TimeZone: 'UTC',
} as const;

const md5 = (value: string | Buffer): string => createHash('md5').update(value).digest('hex');

const fatal = (condition: ConstructorParameters<typeof PgError>[0], message: string): PgError =>
  new PgError(condition, message, { severity: 'FATAL' });

function send(stream: Duplex, write: (out: MessageWriter) => void): void {
  const out = new MessageWriter();
  write(out);
  stream.write(out.take());
}

/** ReadyForQuery is the last message of a batch; its one byte says whether a transaction is open. */
const endsIdle = (answer: Uint8Array): boolean =>
  answer.at(-6) === 'Z'.charCodeAt(0) && answer.at(-1) === 'I'.charCodeAt(0);

/** A client's bytes as packets and messages; undefined when it left. */
class Input {
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #frames = new FrameReader();

  constructor(stream: Duplex) {
    this.#chunks = (stream as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  }

  packet(): Promise<Buffer | undefined> {
    return this.#next(() => this.#frames.nextUntyped(10_000)?.body);
  }

  /** With its header, as the engine takes it. */
  message(): Promise<Uint8Array | undefined> {
    return this.#next(() => {
      const frame = this.#frames.next(() => ({ bytes: messageBytesMax, skippable: false }));
      if (frame === null) return undefined;
      const message = Buffer.alloc(5 + frame.body.length);
      message.writeUInt8(frame.type, 0);
      message.writeInt32BE(4 + frame.body.length, 1);
      frame.body.copy(message, 5);
      return message;
    });
  }

  async #next<T>(read: () => T | undefined): Promise<T | undefined> {
    for (;;) {
      const found = read();
      if (found !== undefined) return found;
      const { done, value } = await this.#chunks.next();
      if (done === true) return undefined;
      this.#frames.push(value);
    }
  }
}
