import { auditSince } from '../catalog/index.ts';
import { runUpkeep } from './upkeep.ts';
import { UsageError } from './usage-error.ts';

/** `sallyport audit [--since TIME]`: who changed what, when and from where, as JSON lines, oldest first. */
export const auditCommand = (args: readonly string[]): Promise<number> =>
  runUpkeep('audit', args, [], async ({ dataDir, values, print }) => {
    const since = sinceOf(values.get('since'), new Date());
    for (const row of auditSince({ directory: dataDir, since })) {
      const { id, occurredAt, eventType, objectKind, details, user, clientAddress } = row;
      const line = {
        id,
        occurred_at: occurredAt,
        event_type: eventType,
        object_type: objectKind,
        details,
        user,
        client_address: clientAddress,
      };
      if (!(await print(JSON.stringify(line)))) return;
    }
  });

const unitsMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const isoTime = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;

/** A time in ISO 8601, in UTC where it names no zone, or how long ago. @throws UsageError */
export function sinceOf(text: string | undefined, now: Date): Date {
  if (text === undefined) return new Date(0);
  const ago = /^(\d{1,9})([smhd])$/.exec(text);
  if (ago !== null) return new Date(now.getTime() - Number(ago[1]) * unitsMs[ago[2] as keyof typeof unitsMs]);
  const hasZone = /(?:Z|[+-]\d{2}:?\d{2})$/.test(text.slice(10)) || text.length === 10;
  const time = isoTime.test(text) ? new Date(hasZone ? text : `${text}Z`) : undefined;
  if (time === undefined || Number.isNaN(time.getTime())) {
    throw new UsageError(`--since: expected a time such as 2031-05-01T12:00Z or 24h, found "${text}"`);
  }
  return time;
}
