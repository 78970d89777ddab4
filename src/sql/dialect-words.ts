/** What the parser must know of the connection kinds; made from their tables by `connections/`, handed in as data. */
export interface DialectWords {
  /** Each kind's words, `SSH TUNNEL`, in the order in which errors list their first words. */
  readonly kinds: readonly string[];
  /** Every option of every kind by its canonical name, with how its value is read. */
  readonly options: ReadonlyMap<string, OptionSyntax>;
}

/** `object`: a name by syntax; `privatelink`: a name with an optional port; the brokers have their own forms; `value`: anything else. */
export type OptionSyntax = 'value' | 'object' | 'privatelink' | 'broker' | 'brokers';
