import { type PlanContext, shortName, type ExplainConnectionPlan } from '../plan/index.ts';
import { itemId } from '../catalog/index.ts';
import { checkConnection } from './check-connection.ts';
import { type Outcome, type ResultColumn, type ResultValue, done } from './outcome.ts';
import type { ExecContext } from './rooms.ts';

export const explainColumns = (analyze: boolean): readonly ResultColumn[] => [
  { name: 'hop', type: 'text' },
  { name: 'address', type: 'text' },
  { name: 'resolved', type: 'text' },
  { name: 'through', type: 'text' },
  ...(analyze
    ? ([
        { name: 'status', type: 'text' },
        { name: 'milliseconds', type: 'float8' },
      ] as const)
    : []),
];

/** The way as rows, without dialling; with ANALYZE each stage as it went. */
export async function executeExplainConnection(plan: ExplainConnectionPlan, context: ExecContext): Promise<Outcome> {
  const { connection } = plan;
  const hops = connection.kind
    .hops(connection.details)
    .map((hop): ResultValue[] => [
      hop.purpose,
      `${hop.host}:${hop.port}`,
      hop.through === null ? 'by this server' : 'by the bastion',
      hop.through === null ? null : nameOf(context.plan, hop.through),
    ]);
  if (!plan.analyze) return done('EXPLAIN', { rows: { columns: explainColumns(false), rows: hops } });
  const { reports } = await checkConnection(connection, context, true);
  const stages = reports.map((report): ResultValue[] => [
    report.stage,
    report.target,
    report.detail ?? null,
    null,
    report.status,
    Math.round(report.durationMs * 10) / 10,
  ]);
  const rows = [...hops.map((hop) => [...hop, null, null]), ...stages];
  return done('EXPLAIN', { rows: { columns: explainColumns(true), rows } });
}

function nameOf(context: PlanContext, id: string): string {
  const item = context.snapshot.item(itemId(id));
  return item === undefined ? id : shortName(context, item);
}
