import { PgError, toPosition1, undefinedObject } from '../errors/index.ts';
import type { CatalogStore } from '../catalog/index.ts';
import type { Observations } from '../observations/index.ts';
import type { Log } from '../telemetry/index.ts';
import type {
  LiveRelation,
  LiveRow,
  QueryRoom,
  ReadContext,
  ReadCursor,
  ReadDescription,
  ReadParameters,
  ReadStatement,
} from './contract.ts';
import { Answers } from './answers.ts';
import { Cursor } from './cursor.ts';
import { Descriptions } from './descriptions.ts';
import { engineError } from './engine-error.ts';
import { Gate } from './gate/gate.ts';
import { encodeRows } from './live-rows.ts';
import type { Admission, Verdict } from './gate/verdict.ts';
import type { MirrorImage } from './mirror/image.ts';
import type { MirrorConstants, MirrorRead } from './mirror/mirror.ts';
import { MirrorSource } from './mirror/mirror-source.ts';
import { textBytes } from './mirror/frontend-messages.ts';
import { Mirrors } from './mirror/mirrors.ts';
import { type Noted, needsBackends, notes } from './mirror/noted.ts';
import { messageType, readColumns, readParameterTypes, readTag } from './mirror/backend-messages.ts';
import type { SessionState } from './mirror/session-state.ts';

export interface QueryOptions {
  readonly store: CatalogStore;
  /** What was seen; without it the relations of what was seen are empty. */
  readonly observations?: Pick<Observations, 'load' | 'onChange'>;
  readonly liveRelations: readonly LiveRelation[];
  /** Rows of mz_egress_ips. */
  readonly egressAddresses: () => readonly EgressAddress[];
  readonly versions: {
    /** As announced: `16.6`. */
    readonly serverVersion: string;
    /** `v0.147.0 (abcdef0)`. */
    readonly mzVersion: string;
  };
  /** Where the image that mirrors are copies of is kept between starts. */
  readonly cacheFolder: string;
  /** Where mirrors have their files; emptied at start and at the end. */
  readonly scratchFolder: string;
  readonly log: Log;
}

export interface EgressAddress {
  readonly egress_ip: string;
  readonly prefix_length: number;
  readonly cidr: string;
}

/** The read path: gate and mirrors. Starts at once; reads wait until the first mirror is up, nothing else does. */
export function createQuery(options: QueryOptions): QueryRoom {
  return new Room(options);
}

const noRows: ReadonlyMap<string, Iterable<LiveRow>> = new Map();

class Room implements QueryRoom {
  readonly ready: Promise<void>;
  readonly #options: QueryOptions;
  readonly #gate: Gate;
  readonly #mirrors: Mirrors;
  readonly #answers = new Answers();
  readonly #live: ReadonlyMap<string, LiveRelation>;
  readonly #descriptions = new Descriptions();
  readonly #sessionStates = new WeakMap<ReadContext, SessionState>();
  readonly #stopListening: readonly (() => void)[];
  /** null until the first mirror starts. */
  #image: MirrorImage | null = null;

  constructor(options: QueryOptions) {
    this.#options = options;
    this.#gate = new Gate(options.log);
    const egress: LiveRelation = {
      relation: 'mz_catalog.mz_egress_ips',
      rows: () => options.egressAddresses().map((row) => ({ ...row })),
    };
    this.#live = new Map([egress, ...options.liveRelations].map((live) => [live.relation, live]));
    const { store, observations, cacheFolder, scratchFolder, log } = options;
    const source = new MirrorSource({
      ...{ store, observations, cacheFolder, scratchFolder, log },
      constants: this.#constants(),
      onImage: (image) => {
        this.#image = image;
        this.#answers.setSteadyRelations(image.steadyRelations);
      },
    });
    this.#mirrors = new Mirrors({
      start: (track) => source.start(track),
      log: options.log,
      scratchFolder: options.scratchFolder,
    });
    this.#stopListening = [
      options.store.onCommit((commit) => {
        this.#answers.forgetAll();
        this.#mirrors.committed(commit);
      }),
      ...(options.observations === undefined
        ? []
        : [options.observations.onChange((change) => this.#mirrors.observed(change))]),
    ];
    this.ready = this.#mirrors.ready();
    // Readiness is asked for by those who care; a failure is theirs to see, not the process's end.
    this.ready.catch(() => {});
  }

  describe(
    statement: ReadStatement,
    types: readonly number[],
    context: ReadContext,
    signal: AbortSignal,
  ): ReadDescription | Promise<ReadDescription> {
    const verdict = this.#gate.known(statement.text);
    const known = verdict === undefined ? undefined : this.#descriptions.get(statement, types, context);
    if (verdict === undefined || known === undefined) return this.#askFor(statement, types, context, signal);
    admitted(verdict, statement, context);
    return known;
  }

  async #askFor(
    statement: ReadStatement,
    types: readonly number[],
    context: ReadContext,
    signal: AbortSignal,
  ): Promise<ReadDescription> {
    const admission = await this.admit(statement, context);
    const known = this.#descriptions.get(statement, types, context);
    if (known !== undefined) return known;
    let parameterTypes: readonly number[] = [];
    let columns: ReadDescription['columns'] = null;
    await this.read(statement, admission, context, signal, { types, bound: null }, (message) => {
      const type = messageType(message);
      if (type === 't') parameterTypes = readParameterTypes(message);
      if (type === 'T') columns = readColumns(message);
    });
    const description = { parameterTypes, columns };
    this.#descriptions.set(statement, types, context, description);
    return description;
  }

  open(statement: ReadStatement, parameters: ReadParameters, context: ReadContext): ReadCursor {
    return new Cursor({
      known: () => {
        const verdict = this.#gate.known(statement.text);
        const key = verdict?.admitted === true ? this.#answers.keyOf(verdict, parameters, context) : null;
        return key === null ? undefined : this.#answers.get(key);
      },
      run: async (signal, listener) => {
        const admission = await this.admit(statement, context);
        const { types, values, parameterFormats, resultFormats } = parameters;
        const question = { types, bound: { values, parameterFormats, resultFormats } };
        const key = this.#answers.keyOf(admission, parameters, context);
        const recorder = key === null ? undefined : this.#answers.recorder(key);
        await this.read(statement, admission, context, signal, question, (message) => {
          const type = messageType(message);
          if (type === 'C') recorder?.end(readTag(message));
          else recorder?.message(type, message);
          return listener(message);
        });
      },
    });
  }

  relationsOf({ text }: ReadStatement): readonly string[] | Promise<readonly string[]> {
    const of = (verdict: Verdict): readonly string[] => (verdict.admitted ? verdict.relations : []);
    const known = this.#gate.known(text);
    return known === undefined ? this.#gate.judge(text).then(of) : of(known);
  }

  /** @throws PgError when the gate refuses, or a database that is named does not exist. */
  async admit(statement: ReadStatement, context: ReadContext): Promise<Admission> {
    return admitted(await this.#gate.judge(statement.text), statement, context);
  }

  /** Runs one admitted statement on a mirror; the listener gets what answers it, errors are thrown. */
  async read(
    statement: ReadStatement,
    admission: Admission,
    context: ReadContext,
    signal: AbortSignal,
    question: Pick<MirrorRead, 'types' | 'bound'>,
    listener: MirrorRead['listener'],
  ): Promise<void> {
    const { functions } = admission;
    const session = this.#sessionState(context);
    const wholly = (): boolean => admission.relations.some((name) => this.#image?.historyReaders.has(name));
    let failure: PgError | null = null;
    let noted: Noted | null = null;
    // After a cancel the engine may go on for a moment: nothing of that may reach a client that was told of the end.
    let over = false;
    const work = this.#mirrors.run(
      async (mirror, stop) => {
        const local = this.#localSettings(admission, context);
        for (const [name, rows] of this.#liveRows(admission, context)) local.set(name, await encodeRows(rows, stop));
        await mirror.read({
          ...question,
          stop,
          session,
          overlay: context.overlay,
          local,
          text: admission.text,
          ...(notes(functions) ? { onNoted: (told) => (noted = told) } : {}),
          listener: (message) => {
            if (over) return undefined;
            if (messageType(message) !== 'E') return listener(message);
            failure ??= engineError(message, statement, admission, context.snapshot);
            return undefined;
          },
        });
        if (failure !== null) throw failure;
      },
      {
        signal,
        timeoutMs: context.statementTimeoutMs,
        wholly,
        // Not while rows are still to be made for it: by then the engine may be set up for another session.
        follows: (mirror) =>
          context.overlay.length === 0 &&
          mirror.isSetUpFor(session) &&
          (mirror.complete || !wholly()) &&
          this.#liveRelations(admission).length === 0,
      },
    );
    try {
      await work;
    } finally {
      over = true;
    }
    await this.#bringAbout(noted, context);
  }

  async #bringAbout(noted: Noted | null, { onSetConfig, backends }: ReadContext): Promise<void> {
    if (noted === null) return;
    for (const change of noted.settings) onSetConfig?.(change);
    if (noted.signals.length > 0) await backends?.signal(noted.signals);
  }

  /** The same state for the same context: what is made of it is kept by it. */
  #sessionState(context: ReadContext): SessionState {
    const known = this.#sessionStates.get(context);
    if (known !== undefined) return known;
    const made = this.#makeSessionState(context);
    this.#sessionStates.set(context, made);
    return made;
  }

  #makeSessionState(context: ReadContext): SessionState {
    const { serverVersion } = this.#options.versions;
    const [major = '0', minor = '0'] = serverVersion.split('.');
    const settings = new Map<string, string>([
      ['server_version', serverVersion],
      ['server_version_num', String(Number(major) * 10_000 + Number(minor))],
      ...context.settings,
    ]);
    const { role, sessionUser, superuser, database, searchPath } = context;
    return { role, sessionUser, superuser, database, searchPath, settings };
  }

  /** What functions of the statement need to know of the sessions. */
  #localSettings(admission: Admission, { processId, backends }: ReadContext): Map<string, Uint8Array> {
    const settings = new Map<string, Uint8Array>();
    if (admission.functions.includes('pg_backend_pid'))
      settings.set('sallyport.process_id', textBytes(String(processId ?? 0)));
    if (needsBackends(admission.functions)) {
      const permissions = backends?.permissions() ?? new Map<number, string>();
      settings.set('sallyport.backends', textBytes(JSON.stringify(Object.fromEntries(permissions))));
    }
    return settings;
  }

  /** Live relations that the statement reads, itself or through views. */
  #liveRelations(admission: Admission): readonly string[] {
    return admission.relations.flatMap((name) => this.#image?.liveReaders.get(name) ?? []);
  }

  /** Their rows, by the settings that hold them. */
  #liveRows(admission: Admission, { snapshot, overlay }: ReadContext): ReadonlyMap<string, Iterable<LiveRow>> {
    const names = this.#liveRelations(admission);
    if (names.length === 0) return noRows;
    const seen = overlay.length === 0 ? snapshot : snapshot.apply(overlay);
    return new Map(names.map((name) => [`sallyport.${name}`, this.#live.get(name)?.rows(seen) ?? []]));
  }

  #constants(): MirrorConstants {
    const { serverVersion, mzVersion } = this.#options.versions;
    return {
      mzVersion,
      version: `PostgreSQL ${serverVersion} on x86_64-pc-linux-gnu (Materialize ${mzVersion}, Sallyport)`,
      environmentId: this.#options.store.environmentId,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const stop of this.#stopListening) stop();
    await Promise.all([this.#mirrors[Symbol.asyncDispose](), this.#gate[Symbol.asyncDispose]()]);
  }
}

/** @throws PgError when the gate refuses, or a database that is named does not exist. */
function admitted(verdict: Verdict, statement: ReadStatement, context: ReadContext): Admission {
  const at = (offset0: number | undefined): number | undefined =>
    offset0 === undefined ? undefined : toPosition1(statement.source, statement.offset0 + offset0);
  if (!verdict.admitted) {
    throw new PgError(verdict.code, verdict.message, { hint: verdict.hint, position1: at(verdict.offset0) });
  }
  for (const database of verdict.databases) {
    if (context.snapshot.databaseNamed(database.name) !== undefined) continue;
    throw undefinedObject('database', database.name, { position1: at(database.offset0) });
  }
  return verdict;
}
