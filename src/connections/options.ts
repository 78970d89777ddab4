/** A secret by id, or text given in the clear. */
export type TextOrSecret = { readonly text: string } | { readonly secretId: string };

/** What kind of value an option takes; `form` decides how the parser reads it. Source: Materialize docs, CREATE CONNECTION. */
export type OptionValueType =
  | {
      readonly form: 'text';
      readonly default?: string;
      /** The primary message for a SECRET given here, where the dialect has one of its own. */
      readonly secretGiven?: string;
    }
  | { readonly form: 'text-or-secret' }
  | { readonly form: 'secret' }
  | { readonly form: 'integer'; readonly min: number; readonly max: number; readonly default?: number }
  | {
      readonly form: 'one-of';
      /** Canonical values in the order of the manual. */
      readonly values: readonly string[];
      readonly aliases: Readonly<Record<string, string>>;
      readonly caseSensitive: boolean;
      readonly default?: string;
      /** The primary message for any other value (upper-cased already unless case-sensitive). Default: `invalid CONNECTION: unknown <OPTION> "<value>"`. */
      readonly unknown?: (value: string) => string;
      /** Advice for values that people bring from elsewhere: `prefer` of libpq … */
      readonly hints?: Readonly<Record<string, string>>;
    }
  /** Name of another connection of this type. */
  | { readonly form: 'object'; readonly type: string }
  | { readonly form: 'text-list' }
  | { readonly form: 'broker' }
  | { readonly form: 'brokers' }
  /** An option of the dialect that this server cannot serve: it parses and prints, may be RESET, and is refused (0A000) when set. */
  | { readonly form: 'refused'; readonly syntax: 'object' | 'privatelink'; readonly hint: string };

export interface OptionSpec {
  readonly value: OptionValueType;
  readonly required?: boolean;
  /** Printed as '<REDACTED>' by SHOW REDACTED CREATE. No default: forgetting it does not compile. */
  readonly redact: boolean;
  readonly alterable: boolean;
  /** May not change while other objects depend on the connection. */
  readonly fixedWhileDependedUpon?: boolean;
  /** false: accepted and left out of the stored statement (the kind's `notices` says so). */
  readonly kept?: boolean;
  /** One sentence for the manual. */
  readonly doc: string;
}

export type OptionTable = Readonly<Record<string, OptionSpec>>;

export const defineOptions = <Table extends OptionTable>(table: Table): Table => table;

type Form<Name extends OptionValueType['form']> = Extract<OptionValueType, { form: Name }>;

export const text = (fields: Omit<Form<'text'>, 'form'> = {}): Form<'text'> => ({ form: 'text', ...fields });
export const textOrSecret = (): Form<'text-or-secret'> => ({ form: 'text-or-secret' });
export const secret = (): Form<'secret'> => ({ form: 'secret' });
export const textList = (): Form<'text-list'> => ({ form: 'text-list' });
export const integer = (fields: Omit<Form<'integer'>, 'form'>): Form<'integer'> => ({ form: 'integer', ...fields });
export const port = (fields: { readonly default?: number } = {}): Form<'integer'> =>
  integer({ min: 1, max: 65_535, ...fields });
export const object = (type: string): Form<'object'> => ({ form: 'object', type });
export const broker = (): Form<'broker'> => ({ form: 'broker' });
export const brokers = (): Form<'brokers'> => ({ form: 'brokers' });
export const oneOf = (values: readonly string[], fields: Omit<Form<'one-of'>, 'form' | 'values'>): Form<'one-of'> => ({
  form: 'one-of',
  values,
  ...fields,
});
export const refusedOption = (syntax: 'object' | 'privatelink', hint: string): Form<'refused'> => ({
  form: 'refused',
  syntax,
  hint,
});

/** A broker of a list: where, and the tunnel of its own if it has one. */
export interface PlannedBroker {
  readonly address: string;
  /** Item id of the broker's own tunnel; null: the connection's SSH TUNNEL if it has one. */
  readonly through: string | null;
  readonly position1: number | undefined;
}

/**
 * The options of one statement after their values were converted by the table: duplicates, options of other kinds and wrong value types
 * have been refused already. Getters give undefined for what was not written (defaults applied where the table has one).
 */
export interface PlannedOptions {
  has(name: string): boolean;
  /** Text as written; of a `one-of` its canonical value. @throws PgError 22023 for a value that the `one-of` does not list. */
  text(name: string): string | undefined;
  integer(name: string): number | undefined;
  textOrSecret(name: string): TextOrSecret | undefined;
  /** Item id of the secret. */
  secret(name: string): string | undefined;
  /** Item id of the connection named. */
  object(name: string): string | undefined;
  textList(name: string): readonly string[] | undefined;
  brokers(name: string): readonly PlannedBroker[] | undefined;
  /**
   * Position of the option's name in the statement; of the statement's option list when it was not written; undefined when the statement
   * is not what the client sent (a stored definition).
   */
  position1(name: string): number | undefined;
  /** Position of what the option was given: for errors about the value. Without a value, as `position1`. */
  valuePosition1(name: string): number | undefined;
}
