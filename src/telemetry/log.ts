/** What the rooms need of a logger; pino satisfies it. Fields, not prose: `log.info({ tunnelId, durationMs }, 'tunnel connected')`. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(bindings: Record<string, unknown>): Log;
}
