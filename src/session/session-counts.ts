import type { Metrics } from '../telemetry/index.ts';
import type { SessionRegistry } from './registry.ts';

/** What became of statements, in plain numbers: counting costs the way of a statement nothing. */
export class SessionCounts {
  sessionsOpened = 0;
  statementsOfCatalog = 0;
  reads = 0;
  errors = 0;

  constructor(metrics: Metrics, sessions: SessionRegistry) {
    metrics.gauge({ name: 'sallyport_sessions', help: 'Open sessions' }, () => sessions.entries.length);
    metrics.counters({ name: 'sallyport_sessions_opened_total', help: 'Sessions that clients logged in to' }, () => [
      { labels: {}, value: this.sessionsOpened },
    ]);
    metrics.counters<'path'>(
      {
        name: 'sallyport_statements_total',
        help: 'Statements begun, by the way they take: through the catalog, or as a read',
        labels: ['path'],
      },
      () => [
        { labels: { path: 'catalog' }, value: this.statementsOfCatalog },
        { labels: { path: 'read' }, value: this.reads },
      ],
    );
    metrics.counters({ name: 'sallyport_statement_errors_total', help: 'Errors that sessions answered with' }, () => [
      { labels: {}, value: this.errors },
    ]);
  }
}
