import { mkdir, rm } from 'node:fs/promises';
import type { CatalogStore } from '../../catalog/index.ts';
import type { Observations } from '../../observations/index.ts';
import type { Log } from '../../telemetry/index.ts';
import { Engine } from './engine.ts';
import { type MirrorImage, prepareImage } from './image.ts';
import { Mirror, type MirrorConstants } from './mirror.ts';

export interface MirrorSourceOptions {
  readonly store: CatalogStore;
  readonly observations: Pick<Observations, 'load'> | undefined;
  readonly constants: MirrorConstants;
  readonly cacheFolder: string;
  readonly scratchFolder: string;
  readonly log: Log;
  /** Told of the image before the first mirror is there. */
  readonly onImage: (image: MirrorImage) => void;
}

/** Starts mirrors: copies of one image, filled with what the catalog holds. */
export class MirrorSource {
  readonly #options: MirrorSourceOptions;
  #scratch: Promise<void> | null = null;
  #image: Promise<MirrorImage> | null = null;

  constructor(options: MirrorSourceOptions) {
    this.#options = options;
  }

  /** Tells `track` of the mirror before the first commit that it could miss. */
  async start(track: (mirror: Mirror) => void): Promise<Mirror> {
    const { store, observations, constants, log } = this.#options;
    const startedAt = performance.now();
    const image = await this.#prepared();
    const engine = await this.#startEngine(image);
    // No commit may happen between the snapshot and the moment from which the mirror is told of commits.
    const snapshot = store.current;
    const mirror = Mirror.create(engine, snapshot);
    const observed = observations?.load() ?? [];
    track(mirror);
    try {
      const auditRows = (after: number, limit: number) => store.auditRows(after, limit);
      await mirror.load({ snapshot, auditRows, observations: observed }, constants);
    } catch (error) {
      await mirror.end();
      throw error;
    }
    log.info({ durationMs: Math.round(performance.now() - startedAt), version: snapshot.version }, 'mirror started');
    return mirror;
  }

  async #prepared(): Promise<MirrorImage> {
    const { cacheFolder, scratchFolder, onImage } = this.#options;
    // Once: later on there are the files of mirrors that serve.
    this.#scratch ??= emptyFolder(scratchFolder);
    this.#image ??= prepareImage(cacheFolder);
    const [image] = await Promise.all([this.#image, this.#scratch]).catch((error: unknown) => {
      this.#image = null;
      throw error;
    });
    onImage(image);
    return image;
  }

  #startEngine(image: MirrorImage): Promise<Engine> {
    return Engine.start(image.folder, this.#options.scratchFolder, image.database).catch((error: unknown) => {
      // The image may have been cleaned away with its cache: the next start looks for it again, or makes it.
      this.#image = null;
      throw error;
    });
  }
}

async function emptyFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
  await mkdir(path, { recursive: true });
}
