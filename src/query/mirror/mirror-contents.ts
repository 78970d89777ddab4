import type { AuditRow, Snapshot } from '../../catalog/index.ts';
import type { ObservationChange } from '../../observations/index.ts';
import { type BaseChange, ofAudit, ofObservation, ofSnapshot } from './base-changes.ts';

/** What a mirror starts with. */
export interface MirrorContents {
  readonly snapshot: Snapshot;
  readonly auditRows: (afterId: number, limit: number) => readonly AuditRow[];
  /** What is no history comes first. */
  readonly observations: Iterable<ObservationChange>;
}

const pageRows = 1_000;

/** The contents in two parts: what any read may need, and the histories, which may be long. Both are read as they are taken. */
export function partsOf(contents: MirrorContents): {
  readonly first: Iterator<BaseChange>;
  readonly histories: Iterator<BaseChange>;
} {
  const observed = contents.observations[Symbol.iterator]();
  const keys: BaseChange[] = [];
  let next = observed.next();
  for (; next.done !== true && !('id' in next.value); next = observed.next()) keys.push(...ofObservation(next.value));
  return { first: firstOf(contents.snapshot, keys), histories: historiesOf(contents, next, observed) };
}

function* firstOf(snapshot: Snapshot, keys: readonly BaseChange[]): Generator<BaseChange> {
  yield* ofSnapshot(snapshot);
  yield* keys;
}

function* historiesOf(
  contents: MirrorContents,
  taken: IteratorResult<ObservationChange>,
  observed: Iterator<ObservationChange>,
): Generator<BaseChange> {
  for (let after = 0; ; ) {
    const page = contents.auditRows(after, pageRows);
    for (const row of page) yield ofAudit(row);
    if (page.length < pageRows) break;
    after = page.at(-1)?.id ?? after;
  }
  for (let next = taken; next.done !== true; next = observed.next()) yield* ofObservation(next.value);
}

/** The next items, at most so many. */
export function take<Item>(items: Iterator<Item>, most: number): readonly Item[] {
  const taken: Item[] = [];
  while (taken.length < most) {
    const next = items.next();
    if (next.done === true) break;
    taken.push(next.value);
  }
  return taken;
}
