import type * as Prometheus from 'prom-client';

type Client = typeof Prometheus;
type Registry = Prometheus.Registry;
type Work = (client: Client, registries: Registry[]) => void;

/** Work that waits for the library; beyond it the library is loaded without waiting for a scrape. */
const waitingMax = 1_000;

/**
 * A prom-client registry that is loaded at the first scrape, or when much waits for it: the library costs a tenth of a start.
 * What is done to metrics before that is kept and done then, in order.
 */
export class LateRegistry {
  readonly #names = new Set<string>();
  #waiting: Work[] = [];
  #loading: Promise<Registry> | undefined;
  #loaded: { readonly client: Client; readonly registry: Registry } | undefined;

  /** Makes a metric. @throws Error when there is one of this name. */
  define(name: string, work: Work): void {
    if (this.#names.has(name)) throw new Error(`there is a metric ${name} already`);
    this.#names.add(name);
    this.do(work);
  }

  do(work: Work): void {
    if (this.#loaded !== undefined) {
      work(this.#loaded.client, [this.#loaded.registry]);
      return;
    }
    this.#waiting.push(work);
    if (this.#waiting.length === waitingMax) void this.load();
  }

  load(): Promise<Registry> {
    this.#loading ??= import('prom-client').then((client) => {
      const registry = new client.Registry();
      this.#loaded = { client, registry };
      for (const work of this.#waiting) work(client, [registry]);
      this.#waiting = [];
      return registry;
    });
    return this.#loading;
  }
}
