export interface Discard {
  readonly kind: 'discard';
  readonly what: 'all' | 'plans' | 'sequences' | 'temporary';
}
