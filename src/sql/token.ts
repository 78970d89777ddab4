export type TokenKind =
  /** A bare word that the language knows. `value` is in upper case. */
  | 'keyword'
  /** A bare word (`value` folded) or a quoted identifier. */
  | 'identifier'
  | 'quoted'
  | 'string'
  | 'bits'
  /** `value` is canonical: exponent in upper case without plus sign. */
  | 'number'
  /** `$1`; `value` is the digits. */
  | 'parameter'
  | 'operator'
  | 'comma'
  | 'semicolon'
  | 'dot'
  | 'star'
  | 'equals'
  | 'left-parenthesis'
  | 'right-parenthesis'
  | 'left-bracket'
  | 'right-bracket'
  | 'end';

export interface Token {
  readonly kind: TokenKind;
  readonly value: string;
  /** UTF-16 units in the source. */
  readonly start0: number;
  readonly end0: number;
}

const names: Partial<Record<TokenKind, string>> = {
  comma: 'comma',
  semicolon: 'semicolon',
  dot: 'dot',
  star: 'star',
  equals: 'equals sign',
  'left-parenthesis': 'left parenthesis',
  'right-parenthesis': 'right parenthesis',
  'left-bracket': 'left square bracket',
  'right-bracket': 'right square bracket',
  end: 'EOF',
};

/** How an error names a kind of token that was expected. */
export const describeKind = (kind: TokenKind): string => names[kind] ?? kind;

const labels: Partial<Record<TokenKind, string>> = {
  identifier: 'identifier',
  quoted: 'identifier',
  string: 'string literal',
  bits: 'bit string literal',
  number: 'number',
  parameter: 'parameter',
};

const shownLengthMax = 100;
/** Cuts between code points. */
const clip = (value: string): string =>
  value.length <= shownLengthMax ? value : `${value.slice(0, shownLengthMax).replace(/[\ud800-\udbff]$/, '')}…`;

/** How an error names the token that was found: `identifier "x"`, `string literal "x"`, a keyword in upper case. */
export function describeToken(token: Token): string {
  const label = labels[token.kind];
  if (token.kind === 'keyword') return token.value;
  if (token.kind === 'operator') return `operator "${token.value}"`;
  return label === undefined ? describeKind(token.kind) : `${label} "${clip(token.value)}"`;
}
