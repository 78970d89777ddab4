/** A secret by id, or text given in the clear. */
export type TextOrSecret = { readonly text: string } | { readonly secretId: string };

/** What kind of value an option takes; `form` decides how the parser reads it. Source: Materialize docs, CREATE CONNECTION. */
export type OptionValueType =
  | { readonly form: 'text'; readonly default?: string }
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
    }
  /** Name of another connection of this type. */
  | { readonly form: 'object'; readonly type: string }
  | { readonly form: 'text-list' }
  | { readonly form: 'broker' }
  | { readonly form: 'brokers' };

export interface OptionSpec {
  readonly value: OptionValueType;
  readonly required?: boolean;
  /** Printed as '<REDACTED>' by SHOW REDACTED CREATE. No default: forgetting it does not compile. */
  readonly redact: boolean;
  readonly alterable: boolean;
  /** One sentence for the manual. */
  readonly doc: string;
}

export type OptionTable = Readonly<Record<string, OptionSpec>>;

export const defineOptions = <Table extends OptionTable>(table: Table): Table => table;

/** A broker of a list: where, and the tunnel of its own if it has one. */
export interface PlannedBroker {
  readonly address: string;
  /** `default`: the connection's SSH TUNNEL if it has one. */
  readonly through: string | 'default';
  readonly position1: number;
}

/**
 * The options of one statement after their values were converted by the table: duplicates, options of other kinds and wrong value types
 * have been refused already. Getters give undefined for what was not written (defaults applied where the table has one).
 */
export interface PlannedOptions {
  has(name: string): boolean;
  text(name: string): string | undefined;
  integer(name: string): number | undefined;
  textOrSecret(name: string): TextOrSecret | undefined;
  /** Item id of the secret. */
  secret(name: string): string | undefined;
  /** Item id of the connection named. */
  object(name: string): string | undefined;
  textList(name: string): readonly string[] | undefined;
  brokers(name: string): readonly PlannedBroker[] | undefined;
  /** Position of the option's name in the statement; of the statement's option list when it was not written. */
  position1(name: string): number;
}
