import type { AuditEvent, Change } from '../catalog/index.ts';
import type { PgNotice } from '../errors/index.ts';
import type {
  AuditDraft,
  CatalogEffects,
  CloseCursorPlan,
  DeallocatePlan,
  DeclareCursorPlan,
  ExecutePreparedPlan,
  FetchPlan,
  PreparePlan,
} from '../plan/index.ts';

/** A value of a result row; encoded by its column's type. */
export type ResultValue = string | number | bigint | boolean | Date | null;

export interface ResultColumn {
  readonly name: string;
  readonly type: 'text' | 'int4' | 'int8' | 'float8' | 'bool' | 'timestamptz';
}

export interface ResultRows {
  readonly columns: readonly ResultColumn[];
  readonly rows: readonly (readonly ResultValue[])[];
}

/** Plans that work on the session's names of statements and cursors. */
export type NamedPlan =
  | PreparePlan
  | ExecutePreparedPlan
  | DeallocatePlan
  | DeclareCursorPlan
  | FetchPlan
  | CloseCursorPlan;

/** What carrying a plan out came to. Nothing of the catalog is written yet: the session commits `changes` and `audit` together. */
export interface Outcome {
  /** The command tag; for rows, their number is added. */
  readonly tag: string;
  readonly notices: readonly PgNotice[];
  readonly changes: readonly Change[];
  readonly audit: readonly AuditDraft[];
  readonly rows?: ResultRows;
  /** Answered by the read path instead. */
  readonly read?: string;
  /** Done by the session, which holds the names. */
  readonly named?: NamedPlan;
  /** Runs once the changes are durable. Must not throw. */
  readonly afterCommit?: () => void;
}

export type AuditSource = Pick<AuditEvent, 'user' | 'clientAddress'>;

export const done = (tag: string, more: Partial<Omit<Outcome, 'tag'>> = {}): Outcome => ({
  tag,
  notices: [],
  changes: [],
  audit: [],
  ...more,
});

/** The plan's own effects and nothing else. */
export const written = (tag: string, effects: CatalogEffects): Outcome => ({ tag, ...effects });
