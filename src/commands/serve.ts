import { setFlagsFromString } from 'node:v8';
import type { Config, Endpoint } from '../config.ts';
import type { Server } from '../server.ts';
import { createLog, describeError, type Log } from '../telemetry/index.ts';
import { OpenPort } from '../wire/open-port.ts';
import { startFailure } from './start-failure.ts';

/** A terminal and npm may both deliver one and the same Ctrl-C: within this time a repeated signal is not a second one. */
const sameSignalMs = 100;
/** By how much the heap may grow before it is collected as a whole; Node's own limit is three or four times what is in use. */
const heapGrowthPercent = 40;

/**
 * Starts the server, prints how to connect and waits for SIGTERM or SIGINT; then closes in order.
 * @returns exit code: 0 closed in order, 1 could not start.
 */
export async function serveCommand(config: Config, version: string): Promise<number> {
  setFlagsFromString(`--heap-growing-percent=${heapGrowthPercent}`);
  const log = await createLog(config.log);
  watchForDefects(log);
  const stopped = stopSignal(log);
  const server = await start(config, log);
  if (server === null) return 1;
  process.stdout.write(greeting(server, config, version));
  await stopped;
  await server.close();
  log.info({}, 'server stopped');
  return 0;
}

async function start(config: Config, log: Log): Promise<Server | null> {
  try {
    // The port first: a client that comes while the rest is being loaded waits instead of being refused.
    const open = await OpenPort.listen(config.listenSql);
    const { startServer } = await import('../server.ts');
    return await startServer(config, log, open);
  } catch (error) {
    const failure = startFailure(error, config);
    if (failure.defect) log.error({ err: describeError(error) }, 'start failed');
    process.stderr.write(`sallyport: ${failure.line}\n`);
    return null;
  }
}

/** Resolves at the first SIGTERM or SIGINT; the second ends the process at once. */
function stopSignal(log: Log): Promise<void> {
  return new Promise((resolve) => {
    let firstAt: number | undefined;
    const onSignal = (signal: NodeJS.Signals): void => {
      if (firstAt === undefined) {
        firstAt = performance.now();
        log.info({ signal }, 'stopping');
        resolve();
      } else if (performance.now() - firstAt > sameSignalMs) {
        log.warn({ signal }, 'stopped at once');
        process.exit(1);
      }
    };
    process.on('SIGTERM', onSignal);
    process.on('SIGINT', onSignal);
  });
}

/**
 * An exception that nobody caught leaves the process in an unknown state, and the catalog is safe against a crash: end.
 * A rejection that nobody awaited concerns one piece of work only: record it and go on.
 */
function watchForDefects(log: Log): void {
  process.on('unhandledRejection', (error) => log.error({ err: describeError(error) }, 'rejection not handled'));
  process.on('uncaughtException', (error) => {
    log.error({ err: describeError(error) }, 'exception not caught');
    process.exit(1);
  });
}

function greeting(server: Server, config: Config, version: string): string {
  const { socketDirectory, passwordFile } = server;
  const { host, port } = server.sqlAddress;
  const psql = (where: string): string => `psql -h ${where} -p ${port} -U materialize materialize`;
  const overTcp =
    config.auth === 'trust'
      ? psql(host)
      : passwordFile === null
        ? undefined
        : `PGPASSFILE=${shellWord(passwordFile)} ${psql(host)}`;
  const lines = [socketDirectory === null ? undefined : psql(shellWord(socketDirectory)), overTcp ?? psql(host)];
  const certificate =
    server.certificate === null
      ? ''
      : `\nTLS with the certificate ${server.certificate.file}, SHA-256\n  ${server.certificate.fingerprint}\n`;
  const trusting =
    config.auth === 'trust' ? `Whoever reaches ${show(server.sqlAddress)} is let in as any role (--auth trust).\n` : '';
  return `Sallyport ${version} listens for SQL on ${show(server.sqlAddress)} and for HTTP on ${show(server.httpAddress)}.
${trusting}Connect with one of:

${lines
  .filter((line) => line !== undefined)
  .map((line) => `  ${line}`)
  .join('\n')}
${certificate}
`;
}

const shellWord = (path: string): string =>
  /^[\w./+,:@%-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;

function show({ host, port }: Endpoint): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
