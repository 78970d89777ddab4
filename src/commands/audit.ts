import { auditSince } from '../catalog/index.ts';
import { historySince } from '../observations/index.ts';
import { runUpkeep } from './upkeep.ts';
import { UsageError } from './usage-error.ts';

/** `sallyport audit [--since TIME]`: who changed, validated and used what, when and from where, as JSON lines, oldest first. */
export const auditCommand = (args: readonly string[]): Promise<number> =>
  runUpkeep('audit', args, [], async ({ dataDir, values, print }) => {
    const since = sinceOf(values.get('since'), new Date());
    const sources = [
      changes(dataDir, since),
      validations(dataDir, since),
      secretUses(dataDir, since),
      relayed(dataDir, since),
    ];
    for (const line of inOrderOfTime(sources)) if (!(await print(JSON.stringify(line)))) return;
  });

/** A line of the audit. Ids count in each kind of event on their own: changes, validations, uses, relays. */
interface AuditLine {
  readonly id: number;
  readonly occurred_at: string;
  readonly event_type: string;
  readonly object_type: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly user: string;
  /** null: not known. */
  readonly client_address: string | null;
}

function* changes(directory: string, since: Date): Iterable<AuditLine> {
  for (const row of auditSince({ directory, since })) {
    const { id, occurredAt, eventType, objectKind, details, user, clientAddress } = row;
    yield {
      id,
      occurred_at: occurredAt,
      event_type: eventType,
      object_type: objectKind,
      details,
      user,
      client_address: clientAddress,
    };
  }
}

function* validations(directory: string, since: Date): Iterable<AuditLine> {
  for (const change of historySince({ directory, history: 'validations', since })) {
    if (change.table !== 'validations') continue;
    const { connectionId: id, connectionName: name, role, result, failingStage } = change.row;
    const details = { id, name, result, ...(failingStage === null ? {} : { failing_stage: failingStage }) };
    yield observed(change, 'validate', 'connection', details, role);
  }
}

function* secretUses(directory: string, since: Date): Iterable<AuditLine> {
  for (const change of historySince({ directory, history: 'secretUses', since })) {
    if (change.table !== 'secretUses') continue;
    const { secretId: id, connectionId, role } = change.row;
    yield observed(change, 'use', 'secret', { id, connection_id: connectionId }, role);
  }
}

function* relayed(directory: string, since: Date): Iterable<AuditLine> {
  for (const change of historySince({ directory, history: 'relays', since })) {
    if (change.table !== 'relays') continue;
    const { connectionId: id, connectionName: name, event, processId, role, clientAddress } = change.row;
    const line = observed(change, 'relay', 'connection', { id, name, event, process_id: processId }, role);
    yield { ...line, client_address: clientAddress };
  }
}

const observed = (
  { id, occurredAt }: { readonly id: number; readonly occurredAt: string },
  eventType: string,
  objectType: string,
  details: Readonly<Record<string, unknown>>,
  user: string,
): AuditLine => ({
  id,
  occurred_at: occurredAt,
  event_type: eventType,
  object_type: objectType,
  details,
  user,
  client_address: null,
});

/** Merges sources that are in order of time each. */
function* inOrderOfTime(sources: readonly Iterable<AuditLine>[]): Iterable<AuditLine> {
  const open = sources.map((source) => source[Symbol.iterator]());
  const heads: { readonly line: AuditLine; readonly rest: Iterator<AuditLine> }[] = [];
  const advance = (rest: Iterator<AuditLine>): void => {
    const next = rest.next();
    if (next.done !== true) heads.push({ line: next.value, rest });
  };
  try {
    for (const iterator of open) advance(iterator);
    while (heads.length > 0) {
      heads.sort((left, right) => (left.line.occurred_at < right.line.occurred_at ? -1 : 1));
      const [first] = heads.splice(0, 1);
      if (first === undefined) return;
      yield first.line;
      advance(first.rest);
    }
  } finally {
    for (const iterator of open) iterator.return?.();
  }
}

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
