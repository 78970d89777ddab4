/** What the parser must know of the connection kinds; made from their tables by `connections/`, handed in as data. */
export interface DialectWords {
  /** Each kind's words, `SSH TUNNEL`, in the order in which errors list their first words. */
  readonly kinds: readonly string[];
  /** Every option of every kind by its canonical name, with how its value is read. */
  readonly options: ReadonlyMap<string, OptionSyntax>;
  /** Other spellings of options: `USERNAME` is `USER`. */
  readonly aliases?: ReadonlyMap<string, string>;
  /** The options of each kind by its words, for hints; without it every option may be proposed for any kind. */
  readonly optionsByKind?: ReadonlyMap<string, readonly string[]>;
  /** Options whose literal values are hidden in redacted text. */
  readonly redactedOptions?: ReadonlySet<string>;
}

/** `object`: a name by syntax; `privatelink`: a name with an optional port; the brokers have their own forms; `value`: anything else. */
export type OptionSyntax = 'value' | 'object' | 'privatelink' | 'broker' | 'brokers';
