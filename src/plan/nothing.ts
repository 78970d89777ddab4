import type { PgNotice } from '../errors/index.ts';

/** IF [NOT] EXISTS came true: a notice and the usual tag. */
export interface NothingPlan {
  readonly kind: 'nothing';
  readonly tag: string;
  readonly notices: readonly PgNotice[];
}

export const nothing = (tag: string, ...notices: readonly PgNotice[]): NothingPlan => ({
  kind: 'nothing',
  tag,
  notices,
});
