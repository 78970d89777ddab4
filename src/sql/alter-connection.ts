import type { ConnectionOption, Name, WithOption } from './ast.ts';

export interface AlterConnection {
  readonly kind: 'alter-connection';
  readonly name: Name;
  readonly ifExists: boolean;
  readonly actions: readonly AlterConnectionAction[];
  readonly with: readonly WithOption[];
}

export type AlterConnectionAction =
  | { readonly kind: 'rotate-keys'; readonly offset0: number }
  | { readonly kind: 'set'; readonly option: ConnectionOption; readonly offset0: number }
  /** DROP and RESET alike. */
  | { readonly kind: 'drop'; readonly option: string; readonly offset0: number };
