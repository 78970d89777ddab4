import type { PgNotice } from '../errors/index.ts';

/** From the least severe on. Source: PostgreSQL 16 manual, client_min_messages. */
const levels = ['debug5', 'debug4', 'debug3', 'debug2', 'debug1', 'log', 'notice', 'warning', 'error'];

/** Whether a client is told that wants nothing below `least` (client_min_messages); INFO is what was asked for, and always told. */
export function isTold({ severity }: PgNotice, least: string): boolean {
  if (severity === 'INFO') return true;
  return levels.indexOf(severity === 'DEBUG' ? 'debug1' : severity.toLowerCase()) >= levels.indexOf(least);
}
