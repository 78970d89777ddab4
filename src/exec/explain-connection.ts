import { type ItemRow, itemId } from '../catalog/index.ts';
import { type WayNames, type WayStep, wayOf } from '../connections/index.ts';
import { PgError, type StageReport, undefinedItem } from '../errors/index.ts';
import { type ExplainConnectionPlan, type PlanContext, shortName, storedConnection } from '../plan/index.ts';
import { factsNotice, walkConnection } from './check-connection.ts';
import { type Outcome, type ResultColumn, type ResultValue, done } from './outcome.ts';
import type { ExecContext } from './rooms.ts';

const wayColumns: readonly ResultColumn[] = [
  { name: 'hop', type: 'text' },
  { name: 'address', type: 'text' },
  { name: 'resolved', type: 'text' },
  { name: 'through', type: 'text' },
  { name: 'key', type: 'text' },
  { name: 'protection', type: 'text' },
  { name: 'user', type: 'text' },
  { name: 'secret', type: 'text' },
];

const analyzeColumns: readonly ResultColumn[] = [
  { name: 'status', type: 'text' },
  { name: 'milliseconds', type: 'float8' },
  { name: 'result', type: 'text' },
];

export const explainColumns = (analyze: boolean): readonly ResultColumn[] =>
  analyze ? [...wayColumns, ...analyzeColumns] : wayColumns;

/** The way as rows, without dialling; with ANALYZE followed by each stage as it went, the failed one included. */
export async function executeExplainConnection(plan: ExplainConnectionPlan, context: ExecContext): Promise<Outcome> {
  const { connection, analyze } = plan;
  const columns = explainColumns(analyze);
  const way = wayOf(connection.kind.hops(connection.details), namesOf(context.plan));
  if (!analyze) return done('EXPLAIN', { rows: { columns, rows: way.map(wayRow) } });

  const walked = await walkConnection(connection, context, true);
  const { failure, reports, notices } = walked;
  if (failure !== null && (context.signal.aborted || !(failure instanceof PgError))) throw failure;
  const rows = [
    ...way.map((step) => [...wayRow(step), ...analyzeColumns.map(() => null)]),
    ...reports.map(stageRow),
    ...(failure === null || reports.some(({ status }) => status === 'failed') ? [] : [failureRow(failure)]),
  ];
  return done('EXPLAIN', {
    rows: { columns, rows },
    notices: [...notices, ...factsNotice(connection, walked, context)],
  });
}

const wayRow = (step: WayStep): readonly ResultValue[] => [
  step.hop,
  step.address,
  `by ${step.resolvedBy}`,
  step.through,
  step.keys,
  step.protection,
  step.user,
  step.secrets.length === 0 ? null : step.secrets.join(', '),
];

const stageRow = ({ stage, target, status, durationMs, detail, error }: StageReport): readonly ResultValue[] => [
  stage,
  target,
  ...wayColumns.slice(2).map(() => null),
  status,
  Math.round(durationMs * 10) / 10,
  error === undefined ? (detail ?? null) : resultOf(error),
];

/** A failure outside any step: a secret that cannot be opened … */
const failureRow = (error: PgError): readonly ResultValue[] => [
  error.stage ?? null,
  ...wayColumns.slice(1).map(() => null),
  'failed',
  null,
  resultOf(error),
];

const resultOf = ({ message, hint }: PgError): string => (hint === undefined ? message : `${message}. ${hint}`);

function namesOf(context: PlanContext): WayNames {
  const find = (id: string): ItemRow => {
    const item = context.snapshot.item(itemId(id));
    if (item === undefined) throw undefinedItem(id);
    return item;
  };
  return {
    secretName: (id) => shortName(context, find(id)),
    tunnel: (id) => {
      const item = find(id);
      const { kind, details } = storedConnection(context, item);
      const keys = ([1, 2] as const).flatMap((slot) => context.snapshot.sshTunnelKey(item.id, slot) ?? []);
      return {
        name: shortName(context, item),
        hops: kind.hops(details),
        keyFingerprints: keys.map((key) => key.fingerprint),
      };
    },
  };
}
