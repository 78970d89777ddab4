/**
 * Nodes that several statements share. Every node is a plain object that nobody changes; `offset0` is where its first token begins in the source
 * string that the client sent (UTF-16 units), and is ignored when two trees are compared.
 */

export interface Ident {
  /** Folded unless quoted. */
  readonly value: string;
  readonly offset0: number;
}

/** `a.b.c` with any number of parts, or `[u1 AS a.b.c]`. */
export interface Name {
  readonly parts: readonly Ident[];
  readonly offset0: number;
  /** Set by the form `[u1 AS name]`. */
  readonly id?: string;
}

/** A constant expression as CREATE SECRET takes it, and option values. */
export type Expr =
  | { readonly kind: 'string'; readonly value: string; readonly offset0: number }
  | { readonly kind: 'number'; readonly text: string; readonly offset0: number }
  | { readonly kind: 'boolean'; readonly value: boolean; readonly offset0: number }
  | { readonly kind: 'null'; readonly offset0: number }
  | { readonly kind: 'parameter'; readonly index: number; readonly offset0: number }
  | { readonly kind: 'call'; readonly name: Name; readonly args: readonly Expr[]; readonly offset0: number }
  | { readonly kind: 'cast'; readonly expr: Expr; readonly type: string; readonly offset0: number }
  | { readonly kind: 'concat'; readonly left: Expr; readonly right: Expr; readonly offset0: number }
  | { readonly kind: 'name'; readonly name: Name; readonly offset0: number };

/** A value after an option's name. `null` where none was written. */
export type OptionValue =
  | { readonly kind: 'string'; readonly value: string; readonly offset0: number }
  | { readonly kind: 'number'; readonly text: string; readonly offset0: number }
  | { readonly kind: 'boolean'; readonly value: boolean; readonly offset0: number }
  | { readonly kind: 'null'; readonly offset0: number }
  | { readonly kind: 'interval'; readonly text: string; readonly offset0: number }
  /** A bare identifier or dotted name. */
  | { readonly kind: 'name'; readonly name: Name; readonly offset0: number }
  | { readonly kind: 'secret'; readonly name: Name; readonly offset0: number }
  | { readonly kind: 'sequence'; readonly items: readonly OptionValue[]; readonly offset0: number }
  | {
      readonly kind: 'map';
      readonly entries: readonly { readonly key: string; readonly value: OptionValue }[];
      readonly offset0: number;
    }
  /** Of options that take an object by syntax (SSH TUNNEL, AWS CONNECTION). */
  | { readonly kind: 'object'; readonly name: Name; readonly offset0: number }
  | { readonly kind: 'privatelink'; readonly name: Name; readonly port: number | null; readonly offset0: number }
  | { readonly kind: 'brokers'; readonly brokers: readonly Broker[]; readonly offset0: number }
  | { readonly kind: 'broker'; readonly broker: Broker; readonly offset0: number };

export interface Broker {
  readonly address: string;
  readonly offset0: number;
  /** `MATCHING 'pattern'`: `address` is the pattern. */
  readonly matching: boolean;
  readonly using:
    | null
    | { readonly kind: 'ssh-tunnel'; readonly name: Name }
    | { readonly kind: 'privatelink'; readonly name: Name; readonly options: readonly WithOption[] };
}

/** A connection's option; `name` is canonical: upper case, one blank between words, USERNAME as USER. */
export interface ConnectionOption {
  readonly name: string;
  readonly value: OptionValue | null;
  readonly offset0: number;
}

/** `NAME [= value]` of a WITH list or the like. */
export interface WithOption {
  readonly name: string;
  readonly value: OptionValue | null;
  readonly offset0: number;
}

export type ObjectKind =
  | 'connection'
  | 'secret'
  | 'source'
  | 'table'
  | 'view'
  | 'materialized view'
  | 'sink'
  | 'index'
  | 'type'
  | 'cluster'
  | 'schema'
  | 'database'
  | 'role';

/** LIKE pattern, or a WHERE expression kept as its text. */
export type Filter =
  | { readonly kind: 'like'; readonly pattern: string }
  | { readonly kind: 'where'; readonly text: string; readonly offset0: number };
