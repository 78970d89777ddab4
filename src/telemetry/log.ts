import { pino } from 'pino';

/** What the rooms need of a logger. Fields, not prose: `log.info({ tunnelId, durationMs }, 'tunnel connected')`. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(bindings: Record<string, unknown>): Log;
}

export interface LogOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly format: 'json' | 'pretty';
}

/** Where lines go: standard error unless a test says otherwise. */
export interface LogDestination {
  write(line: string): void;
}

/**
 * Fields that may hold what a user typed or a secret, at the top and one level down. The second line of defence: secrets are
 * `Secret<T>` and statements are not logged at all.
 */
const withheld = [
  'sql',
  'query',
  'statement',
  'text',
  'source',
  'password',
  'passphrase',
  'privateKey',
  'secret',
  'value',
  'token',
  'authorization',
];

/** The server's log: one line an event, written before the call returns so that a crash loses nothing. */
export async function createLog(options: LogOptions, destination?: LogDestination): Promise<Log> {
  const log: Log = pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: withheld.flatMap((field) => [field, `*.${field}`]), censor: '[redacted]' },
    },
    options.format === 'pretty'
      ? await prettyStream(destination)
      : (destination ?? pino.destination({ dest: 2, sync: true })),
  );
  return log;
}

async function prettyStream(destination: LogDestination | undefined): Promise<LogDestination> {
  const { prettyFactory } = await import('pino-pretty');
  const pretty = prettyFactory({
    colorize: destination === undefined && process.stderr.isTTY,
    translateTime: 'SYS:HH:MM:ss.l',
    singleLine: true,
  });
  const out = destination ?? pino.destination({ dest: 2, sync: true });
  return {
    write(line) {
      out.write(pretty(JSON.parse(line)) ?? '');
    },
  };
}

/** A log that keeps nothing. */
export const silentLog: Log = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silentLog,
};
