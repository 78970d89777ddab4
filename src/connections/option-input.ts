/**
 * Options as the parser hands them over. The same shapes as in the dialect's syntax tree, declared here because this room does not know
 * the parser. `offset0` counts UTF-16 units in the client's text.
 */

export interface NameInput {
  readonly parts: readonly { readonly value: string; readonly offset0: number }[];
  readonly offset0: number;
  readonly id?: string;
}

export interface BrokerInput {
  readonly address: string;
  readonly offset0: number;
  /** `MATCHING 'pattern'`. */
  readonly matching: boolean;
  readonly using:
    | null
    | { readonly kind: 'ssh-tunnel'; readonly name: NameInput }
    | { readonly kind: 'privatelink'; readonly name: NameInput };
}

export type OptionValueInput =
  | { readonly kind: 'string'; readonly value: string; readonly offset0: number }
  | { readonly kind: 'number'; readonly text: string; readonly offset0: number }
  | { readonly kind: 'boolean'; readonly value: boolean; readonly offset0: number }
  | { readonly kind: 'null'; readonly offset0: number }
  | { readonly kind: 'interval'; readonly text: string; readonly offset0: number }
  | { readonly kind: 'name'; readonly name: NameInput; readonly offset0: number }
  | { readonly kind: 'secret'; readonly name: NameInput; readonly offset0: number }
  | { readonly kind: 'sequence'; readonly items: readonly OptionValueInput[]; readonly offset0: number }
  | { readonly kind: 'map'; readonly offset0: number }
  | { readonly kind: 'object'; readonly name: NameInput; readonly offset0: number }
  | { readonly kind: 'privatelink'; readonly name: NameInput; readonly port: number | null; readonly offset0: number }
  | { readonly kind: 'brokers'; readonly brokers: readonly BrokerInput[]; readonly offset0: number }
  | { readonly kind: 'broker'; readonly broker: BrokerInput; readonly offset0: number };

export interface OptionInput {
  /** Canonical: upper case, one blank between words, USERNAME as USER. */
  readonly name: string;
  readonly value: OptionValueInput | null;
  readonly offset0: number;
}
