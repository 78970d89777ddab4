import { createHmac } from 'node:crypto';
import { chmodSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { cacheFolder } from './cache-folder.ts';
import { type ItemId, type Snapshot, openCatalogStore, systemRoleId } from './catalog/index.ts';
import { CloseStack } from './close-stack.ts';
import type { Config, Endpoint } from './config.ts';
import { dialectWords, kindByType, kindByWords, supportedWords } from './connections/index.ts';
import { EgressRows, unannouncedEgress } from './egress-rows.ts';
import { invariant, onInternalError } from './errors/index.ts';
import { listenHttp } from './http/index.ts';
import { liveRelations } from './live-relations.ts';
import { firstPassword } from './first-password.ts';
import { type Observations, openObservations } from './observations/index.ts';
import { checkStored, findVariable } from './plan/index.ts';
import { createQuery } from './query/index.ts';
import { SetupRows } from './setup-rows.ts';
import { createRelays } from './relay/index.ts';
import { createSealer, openDataKey } from './secrets/index.ts';
import {
  Backends,
  SessionCounts,
  SessionHandler,
  SessionRegistry,
  SystemSettings,
  followCommits,
} from './session/index.ts';
import { createSql } from './sql/index.ts';
import { makePrivateDirectory, pathIn } from './storage/index.ts';
import { type Log, createMetrics, describeError } from './telemetry/index.ts';
import {
  Egress,
  type HostKeyPolicy,
  type TunnelObservations,
  createTunnels,
  nativeAddonInUse,
} from './tunnels/index.ts';
import { ensureSelfSigned, fingerprintOf, followSelfSigned } from './self-signed.ts';
import { followTlsFiles, readTlsMaterial } from './tls-material.ts';
import { type OpenPort, listenWire, unixSocketPath } from './wire/index.ts';
import { followLimits } from './wire-limits.ts';

/** What the operating system has room for. Source: unix(7), sun_path. */
const socketPathBytesMax = 107;
/** How long running statements may go on after the server was told to stop. */
const closeGraceMs = 5_000;

export interface Server extends AsyncDisposable {
  readonly sqlAddress: Endpoint;
  readonly httpAddress: Endpoint;
  /** The directory of the Unix-domain socket, as `psql -h` takes it; null where its path would be too long. */
  readonly socketDirectory: string | null;
  /** Lets the first superuser in over TCP (PGPASSFILE); null where no password is asked for or nobody kept it there. */
  readonly passwordFile: string | null;
  /** The self-signed certificate of `--tls auto`, for clients that pin it. */
  readonly certificate: { readonly file: string; readonly fingerprint: string } | null;
  /** Resolves when SELECT is answered too; DDL is answered from the start. */
  readonly ready: Promise<void>;
  /** Takes no more clients, lets running statements end, then closes tunnels and the catalog. */
  close(): Promise<void>;
}

/** Builds the rooms and joins them; `open` is the SQL port, which listens already. @throws StartRefused, or the system's error when it cannot listen. */
export async function startServer(config: Config, log: Log, open: OpenPort): Promise<Server> {
  onInternalError((error, errorId) => log.error({ errorId, err: describeError(error) }, 'internal error'));
  await using opened = new CloseStack();
  opened.use(open);

  const store = opened.use(await openCatalogStore({ directory: config.dataDir, log }));
  const { masterKey } = config;
  const sealedDataExists = !store.current.tables.sealed.isEmpty();
  const dataKey = await openDataKey({ directory: config.dataDir, masterKey, sealedDataExists });
  const sealer = createSealer(dataKey);
  const observations = opened.use(await openObservations({ directory: config.dataDir, log }));
  const metrics = createMetrics();
  const sessions = new SessionRegistry();
  const settings = new SystemSettings(store);
  const egressRows = await EgressRows.open(new Egress(() => config.egressAddresses));
  const now = (): Date => new Date();

  const sql = createSql(dialectWords());
  const kindList = { kindByWords, kindByType, supportedWords };
  const setAside = new Map<ItemId, string>();

  const tunnels = opened.use(
    createTunnels({
      observations: tunnelObservations(observations),
      egress: () => config.egressAddresses,
      targets: () => ({ allow: settings.list('target_allow'), deny: settings.list('target_deny') }),
      hostKeyPolicy: () => settings.text('ssh_host_key_policy') as HostKeyPolicy,
      log,
      metrics,
    }),
  );
  const relays = createRelays({ limits: config.relay, observations, metrics, log, now });
  const query = opened.use(
    createQuery({
      store,
      observations,
      liveRelations: liveRelations(sessions, relays, tunnels, setAside, setupRows()),
      egressAddresses: () => egressRows.rows(),
      versions: { serverVersion: shown('server_version'), mzVersion: shown('mz_version') },
      cacheFolder: cacheFolder(config.dataDir),
      scratchFolder: join(config.dataDir, 'mirrors'),
      log,
    }),
  );
  // While the first mirror starts.
  for (const [id, reason] of await checkStored(store.current, plannerOf(store.current))) {
    setAside.set(id, reason);
    log.warn({ itemId: id, reason }, 'stored item set aside');
  }
  const logins = {
    auth: config.auth,
    allowPlaintext: config.allowPlaintext,
    inventionKey: dataKey.use((key) => createHmac('sha256', key).update('roles that do not exist').digest()),
  };
  const passwordFile = config.auth === 'scram' ? await firstPassword(store, config.dataDir) : null;
  const rooms = {
    store,
    sealer,
    observations,
    tunnels,
    query,
    sql,
    kinds: kindList,
    sessions,
    backends: new Backends(),
    counts: new SessionCounts(metrics, sessions),
    relays,
    setAside,
    egressNotice: config.egressAddresses.length === 0 ? unannouncedEgress : undefined,
    logins,
    log,
    now,
  };

  // Before the tunnels follow: clients are told why they are ended.
  opened.defer(store.onCommit(() => relays.recheck()));
  opened.defer(followCommits(store, tunnels, observations));
  const handler = new SessionHandler(rooms);
  const { port } = open.server.address() as AddressInfo;
  const socketDirectory = preparedSocketDirectory(config.dataDir, port, log);
  const selfSigned = config.tls?.selfSigned === true ? config.tls : null;
  if (selfSigned !== null) {
    ensureSelfSigned(selfSigned, config.listenSql.host);
    const failed = (error: unknown): void => log.error({ err: describeError(error) }, 'certificate not renewed');
    opened.defer(followSelfSigned(selfSigned, config.listenSql.host, failed));
  }
  const { limits, stop: stopFollowing } = followLimits(store, settings);
  opened.defer(stopFollowing);
  const wire = await listenWire({
    handler,
    open,
    limits,
    ...(socketDirectory === null ? {} : { path: unixSocketPath(socketDirectory, port) }),
    ...(config.tls === null ? {} : { tls: readTlsMaterial(config.tls) }),
    log,
  });
  opened.defer(() => wire.close({ graceMs: closeGraceMs }));
  metrics.gauge(
    { name: 'sallyport_prepared_statements', help: 'Prepared statements that sessions hold' },
    () => wire.nameCounts.statements,
  );
  metrics.gauge(
    { name: 'sallyport_portals', help: 'Portals and cursors that sessions hold' },
    () => wire.nameCounts.portals,
  );
  opened.defer(() => {
    wire.stopAccepting();
    return relays.drain(config.relay.drainMs);
  });
  if (config.tls !== null) opened.defer(followTlsFiles(config.tls, (material) => wire.replaceTls(material), log));
  const http = opened.use(
    await listenHttp({ host: config.listenHttp.host, port: config.listenHttp.port, ready: query.ready, metrics, log }),
  );

  log.info(wire.address, 'server started');
  void query.ready.then(
    () => log.info({ sshNativeAddon: nativeAddonInUse() }, 'reads are answered'),
    () => {},
  );
  const everything = opened.move();
  const close = (): Promise<void> => everything[Symbol.asyncDispose]();
  return {
    sqlAddress: wire.address,
    httpAddress: http.address,
    socketDirectory,
    passwordFile,
    certificate: selfSigned && { file: selfSigned.certFile, fingerprint: fingerprintOf(selfSigned.certFile) },
    ready: query.ready,
    close,
    [Symbol.asyncDispose]: close,
  };

  /** The catalog as a planner of the server's own sees it, in the default schema. */
  function plannerOf(snapshot: Snapshot) {
    const role = snapshot.role(systemRoleId);
    invariant(role !== undefined, 'the system role is missing');
    const where = { database: 'materialize', searchPath: ['public'], source: '' };
    return { ...where, snapshot, role, sessionRole: role, kinds: kindList, sql, environmentId: store.environmentId };
  }

  function setupRows(): SetupRows {
    const { egressAddresses } = config;
    return new SetupRows({
      context: (snapshot) => ({ ...plannerOf(snapshot), setAside }),
      observations,
      egressAddresses,
    });
  }
}

const shown = (variable: string): string => findVariable(variable)?.default ?? '';

/** Only the owner of the data directory gets into it: who does is trusted. */
function preparedSocketDirectory(dataDir: string, port: number, log: Log): string | null {
  const directory = pathIn(dataDir, 'sockets');
  const path = unixSocketPath(directory, port);
  if (Buffer.byteLength(path) > socketPathBytesMax) {
    log.warn({ path }, 'no Unix-domain socket: its path is too long');
    return null;
  }
  makePrivateDirectory(directory);
  chmodSync(directory, 0o700);
  return directory;
}

/** What the tunnels room sees and notes of the observations. */
function tunnelObservations(observations: Observations): TunnelObservations {
  return {
    hostKeys: (id) => observations.hostKeys(id),
    hostKeySeen: (id, key) => observations.hostKeySeen(id, key),
    hostKeysForgotten: (id) => observations.hostKeysForgotten(id),
    keyAccepted: (id, key) => observations.keyAccepted(id, key),
    lastWinner: (id) =>
      observations.keyAcceptances(id).toSorted((a, b) => (a.lastAcceptedAt < b.lastAcceptedAt ? 1 : -1))[0]
        ?.fingerprint,
    wasAccepted: (id, fingerprint) =>
      observations.keyAcceptances(id).some((acceptance) => acceptance.fingerprint === fingerprint),
    tunnelChanged: (id, change) =>
      observations.tunnelChanged({
        tunnelId: id,
        state: change.state,
        error: change.error ?? null,
        stage: change.stage ?? null,
        hint: change.hint ?? null,
      }),
  };
}
