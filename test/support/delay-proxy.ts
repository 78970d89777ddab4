import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { freePort } from './ports.ts';

export interface DelayProxyOptions {
  readonly target: { readonly host: string; readonly port: number };
  readonly port?: number | undefined;
  /** One way; the round trip is twice that. */
  readonly delayMs?: number | undefined;
  /** Towards the target, all connections together; 0: no limit. */
  readonly uplinkBytesPerSecond?: number | undefined;
  /** What may be under way in one direction of one connection, as a TCP window would allow; 0: no limit. */
  readonly windowBytes?: number | undefined;
}

/** A wire of chosen length and width in front of a server: keeps order, loses nothing, and can be cut or frozen. */
export interface DelayProxy extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  readonly connections: number;
  setDelay(delayMs: number): void;
  /** Lets nothing through in either direction until `thaw`; connections are still accepted. */
  freeze(): void;
  thaw(): void;
  /** Resets every connection. */
  cut(): void;
}

export async function startDelayProxy(options: DelayProxyOptions): Promise<DelayProxy> {
  const proxy = new Proxy(options);
  await proxy.listen(options.port ?? (await freePort()));
  return proxy;
}

class Proxy implements DelayProxy {
  readonly host = '127.0.0.1';
  readonly #options: DelayProxyOptions;
  readonly #server: Server;
  readonly #lines = new Set<Line>();
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  readonly #uplink: Rate | undefined;
  #delayMs: number;
  #frozen = false;

  constructor(options: DelayProxyOptions) {
    this.#options = options;
    this.#delayMs = options.delayMs ?? 0;
    const rate = options.uplinkBytesPerSecond ?? 0;
    this.#uplink = rate > 0 ? new Rate(rate) : undefined;
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.#accept(client));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get connections(): number {
    return this.#pairs.size;
  }

  listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, this.host, 16_384, resolve);
    });
  }

  setDelay(delayMs: number): void {
    this.#delayMs = delayMs;
  }

  freeze(): void {
    this.#frozen = true;
    for (const line of this.#lines) line.freeze();
  }

  thaw(): void {
    this.#frozen = false;
    for (const line of this.#lines) line.thaw();
  }

  cut(): void {
    for (const [client, server] of this.#pairs) {
      client.resetAndDestroy();
      server.resetAndDestroy();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #accept(client: Socket): void {
    const server = connect({ ...this.#options.target, noDelay: true, allowHalfOpen: true });
    const pair = [client, server] as const;
    this.#pairs.add(pair);
    const window = this.#options.windowBytes ?? 0;
    const lines = [
      new Line(client, server, { delayMs: () => this.#delayMs, window, rate: this.#uplink }),
      new Line(server, client, { delayMs: () => this.#delayMs, window, rate: undefined }),
    ];
    for (const line of lines) {
      this.#lines.add(line);
      if (this.#frozen) line.freeze();
    }
    const end = () => {
      this.#pairs.delete(pair);
      for (const line of lines) {
        line.stop();
        this.#lines.delete(line);
      }
    };
    for (const [one, other] of [pair, [server, client] as const]) {
      one.on('error', () => other.resetAndDestroy());
      one.once('close', () => {
        end();
        if (!other.writableEnded) other.destroy();
      });
    }
  }
}

/** Bytes a second over all that share it: each taker is told when its bytes are through. */
class Rate {
  readonly #bytesPerMs: number;
  #freeAtMs = 0;

  constructor(bytesPerSecond: number) {
    this.#bytesPerMs = bytesPerSecond / 1000;
  }

  through(bytes: number, nowMs: number): number {
    this.#freeAtMs = Math.max(nowMs, this.#freeAtMs) + bytes / this.#bytesPerMs;
    return this.#freeAtMs;
  }
}

/** How much a rate limited line takes in before its sender has to wait: the buffer of a small router. */
const rateBufferBytes = 256 * 1024;
const writeBufferBytes = 4 * 1024 * 1024;

interface LineOptions {
  readonly delayMs: () => number;
  readonly window: number;
  readonly rate: Rate | undefined;
}

/** One direction of one connection. */
class Line {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #options: LineOptions;
  readonly #queue: { readonly dueAtMs: number; readonly chunk: Buffer | null }[] = [];
  #head = 0;
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #frozen = false;
  #stopped = false;

  constructor(from: Socket, to: Socket, options: LineOptions) {
    this.#from = from;
    this.#to = to;
    this.#options = options;
    from.on('data', (chunk: Buffer) => this.#take(chunk));
    from.on('end', () => this.#take(null));
    to.on('drain', () => this.#deliver());
  }

  freeze(): void {
    this.#frozen = true;
    this.#from.pause();
  }

  thaw(): void {
    this.#frozen = false;
    this.#from.resume();
    this.#deliver();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #take(chunk: Buffer | null): void {
    const now = performance.now();
    const length = chunk?.length ?? 0;
    const through = this.#options.rate?.through(length, now) ?? now;
    this.#queue.push({ dueAtMs: through + this.#options.delayMs(), chunk });
    this.#bytes += length;
    if (this.#isFull()) this.#from.pause();
    this.#deliver();
  }

  #isFull(): boolean {
    const { window, rate } = this.#options;
    return (window > 0 && this.#bytes >= window) || (rate !== undefined && this.#bytes >= rateBufferBytes);
  }

  #deliver(): void {
    clearTimeout(this.#timer);
    if (this.#stopped) return;
    const now = performance.now();
    for (let next = this.#queue[this.#head]; next !== undefined; next = this.#queue[this.#head]) {
      if (this.#frozen || this.#to.writableLength > writeBufferBytes) break;
      if (next.dueAtMs > now + 0.3) {
        this.#timer = setTimeout(() => this.#deliver(), next.dueAtMs - now);
        break;
      }
      this.#head += 1;
      if (next.chunk === null) this.#to.end();
      else {
        this.#bytes -= next.chunk.length;
        this.#to.write(next.chunk);
      }
    }
    if (this.#head > 1024) {
      this.#queue.splice(0, this.#head);
      this.#head = 0;
    }
    if (!this.#frozen && !this.#isFull() && this.#from.isPaused()) this.#from.resume();
  }
}
