import type { Transaction } from '../sql/index.ts';

export type TransactionPlan =
  | {
      readonly kind: 'begin';
      readonly isolation: string | null;
      readonly readOnly: boolean | null;
      readonly tag: string;
    }
  | { readonly kind: 'set-transaction'; readonly isolation: string | null; readonly readOnly: boolean | null }
  | { readonly kind: 'commit'; readonly chain: boolean }
  | { readonly kind: 'rollback'; readonly chain: boolean }
  | { readonly kind: 'savepoint' | 'release' | 'rollback-to'; readonly name: string };

export function planTransaction({ action }: Transaction): TransactionPlan {
  switch (action.kind) {
    case 'begin':
    case 'set': {
      const readOnly = action.access === null ? null : action.access === 'read only';
      return action.kind === 'begin'
        ? { kind: 'begin', isolation: action.isolation, readOnly, tag: action.start ? 'START TRANSACTION' : 'BEGIN' }
        : { kind: 'set-transaction', isolation: action.isolation, readOnly };
    }
    case 'commit':
    case 'rollback':
      return { kind: action.kind, chain: action.chain };
    case 'savepoint':
    case 'release':
    case 'rollback-to':
      return { kind: action.kind, name: action.name.value };
  }
}
