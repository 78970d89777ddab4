import type { ConnectionOption, Name, WithOption } from './ast.ts';

export interface CreateConnection {
  readonly kind: 'create-connection';
  readonly name: Name;
  readonly ifNotExists: boolean;
  /** The kind's words: `SSH TUNNEL`, `POSTGRES`. */
  readonly connectionKind: string;
  readonly connectionKindOffset0: number;
  readonly options: readonly ConnectionOption[];
  readonly with: readonly WithOption[];
}
