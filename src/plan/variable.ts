/** How a variable's text is checked and brought to the form that SHOW gives. */
export type VariableType =
  | { readonly form: 'text'; readonly max?: number }
  | { readonly form: 'bool' }
  | { readonly form: 'integer'; readonly min: number; readonly max: number }
  /** Milliseconds without a unit; `30s`, `1min` …; shown as PostgreSQL shows it. */
  | { readonly form: 'duration'; readonly min?: number; readonly max?: number }
  /** Bytes without a unit; `64kB`, `16MB` …; shown as PostgreSQL shows it. */
  | { readonly form: 'size'; readonly min: number; readonly max: number }
  | { readonly form: 'one-of'; readonly values: readonly string[] }
  | { readonly form: 'names' }
  | { readonly form: 'time-zone' }
  | { readonly form: 'date-style' };

export interface Variable {
  /** As SHOW ALL lists it. */
  readonly name: string;
  readonly default: string;
  readonly type: VariableType;
  readonly description: string;
  /** Announced as ParameterStatus at start and when it changes. */
  readonly report?: true;
  /** `fixed`: shown, never set. `system`: ALTER SYSTEM only. */
  readonly scope: 'session' | 'system' | 'fixed';
}

/** One line of the lists. */
export const define = (
  scope: Variable['scope'],
  name: string,
  fallback: string,
  type: VariableType,
  description: string,
  more: Pick<Variable, 'report'> = {},
): Variable => ({ scope, name, default: fallback, type, description, ...more });

export const text: VariableType = { form: 'text' };
export const bool: VariableType = { form: 'bool' };
export const report = { report: true } as const;
