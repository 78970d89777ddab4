import type { DialectWords, OptionSyntax } from '../../../src/sql/index.ts';
import { nonreservedKeywords, reservedKeywords } from '../../../src/sql/keywords.ts';
import type { Grammar, Node } from './ebnf.ts';
import { Random } from './random.ts';

const depthMax = 24;

/** Makes the tokens of statements out of the grammar. */
export class Generator {
  readonly #grammar: Grammar;
  readonly #words: DialectWords;
  #random = new Random(0);
  /** How deep the shallowest text of each rule is, to find the way out of recursion. */
  readonly #depths: ReadonlyMap<string, number>;

  constructor(grammar: Grammar, words: DialectWords) {
    this.#grammar = grammar;
    this.#words = words;
    this.#depths = ruleDepths(grammar);
  }

  statement(rule: string, random: Random): readonly string[] {
    this.#random = random;
    const tokens: string[] = [];
    this.#node({ kind: 'rule', name: rule }, 0, tokens);
    return tokens;
  }

  #node(node: Node, depth: number, tokens: string[]): void {
    const random = this.#random;
    const tired = depth > depthMax;
    switch (node.kind) {
      case 'terminal':
        tokens.push(this.#terminal(node.text));
        break;
      case 'special':
        tokens.push(this.#special(node.name));
        break;
      case 'rule': {
        const rule = this.#grammar.rules.get(node.name);
        if (rule !== undefined) this.#node(rule, depth + 1, tokens);
        break;
      }
      case 'sequence':
        for (const item of node.items) this.#node(item, depth + 1, tokens);
        break;
      case 'choice':
        this.#node(tired ? this.#shallowest(node.items) : random.pick(node.items), depth + 1, tokens);
        break;
      case 'optional':
        if (!tired && random.chance(0.5)) this.#node(node.item, depth + 1, tokens);
        break;
      case 'repeat':
        if (!tired) while (random.chance(0.3)) this.#node(node.item, depth + 1, tokens);
        break;
      default:
    }
  }

  #shallowest(items: readonly Node[]): Node {
    const [first] = items.toSorted((left, right) => depthOf(left, this.#depths) - depthOf(right, this.#depths));
    return first ?? this.#random.pick(items);
  }

  #terminal(text: string): string {
    return this.#random.chance(0.2) ? text.toLowerCase() : text;
  }

  #special(name: string): string {
    const random = this.#random;
    if (name === 'connection kind') return random.pick(this.#words.kinds);
    if (name === 'option') return random.pick([...this.#words.options.keys(), ...(this.#words.aliases?.keys() ?? [])]);
    const syntax = /^option with (\w+)$/.exec(name)?.[1];
    if (syntax !== undefined) return random.pick(this.#options(syntax as OptionSyntax));
    const choices = lexical[name];
    if (choices === undefined) throw new Error(`the grammar's ?${name}? has no generator`);
    return name === 'identifier' && random.chance(0.2) ? this.#quotedKeyword() : random.pick(choices);
  }

  #options(syntax: OptionSyntax): readonly string[] {
    const names = [...this.#words.options].filter(([, each]) => each === syntax).map(([name]) => name);
    return names.length > 0 ? names : ['HOST'];
  }

  #quotedKeyword(): string {
    return `"${this.#random.pick([...reservedKeywords, ...nonreservedKeywords]).toLowerCase()}"`;
  }
}

const strings = [
  "''",
  "'text'",
  "'it''s'",
  "'a\nb'",
  "'é😀'",
  "'--'",
  "'/*'",
  "';'",
  String.raw`'\'`,
  String.raw`E'\n\'\\ A'`,
  "e'a''b'",
  '$$;$$',
  "$tag$ $$ ' $tag$",
  String.raw`U&'\0441\+01f600'`,
  String.raw`U&'!0441' UESCAPE '!'`,
  "'one'\n  'two'",
];

/** What may stand for each lexical part of the grammar; the README of `grammar/` explains them. */
const lexical: Readonly<Record<string, readonly string[]>> = {
  identifier: [
    ...['a', 'b1', '_x', 'Conn', 'x$y', 'ünïcode', 'имя', '名前'],
    ...[
      '"A"',
      '"a b"',
      '"a""b"',
      '"a.b"',
      '"é"',
      '"😀"',
      '"__proto__"',
      '"constructor"',
      '"\n"',
      '" "',
      '"\'"',
      '"1a"',
    ],
    String.raw`U&"\0441x"`,
  ],
  id: ['u1', 's22'],
  string: strings,
  'role string': ["'r'", "'a b'"],
  character: ["','", "';'", "'''", "E'\\t'"].map((text) => (text === "'''" ? "''''" : text)),
  number: ['0', '1', '65535', '1.5', '.5', '1.', '10e-10', '1E+5', '007'],
  integer: ['0', '1', '3', '100'],
  port: ['0', '5432', '65535'],
  parameter: ['$1', '$12'],
  condition: ["name = 'x'", "name LIKE 'a%' AND (type = 'ssh-tunnel')", "'a;b' = E'\\';'", 'true -- so\n OR false'],
  statement: [
    'SELECT 1',
    "SELECT 'a;b', $1",
    'VALUES (1, 2)',
    "CREATE SECRET s AS 'x'",
    'SHOW CONNECTIONS',
    'SELECT /* ; */ 1',
  ],
};

const trivia = [' ', ' ', ' ', '  ', '\n', '\t', ' /* c */ ', ' /* a /* b */ */ ', ' -- c\n', '\r\n'];

/** Tokens to text, with blanks and comments of all sorts between them. */
export function join(tokens: readonly string[], random: Random): string {
  return tokens.map((token, index) => (index === 0 ? token : `${random.pick(trivia)}${token}`)).join('');
}

function ruleDepths(grammar: Grammar): ReadonlyMap<string, number> {
  const depths = new Map<string, number>();
  for (let changed = true; changed; ) {
    changed = false;
    for (const [name, node] of grammar.rules) {
      const depth = depthOf(node, depths) + 1;
      if (depth < (depths.get(name) ?? Number.POSITIVE_INFINITY)) {
        depths.set(name, depth);
        changed = true;
      }
    }
  }
  return depths;
}

function depthOf(node: Node, depths: ReadonlyMap<string, number>): number {
  switch (node.kind) {
    case 'rule':
      return depths.get(node.name) ?? Number.POSITIVE_INFINITY;
    case 'sequence':
      return Math.max(...node.items.map((item) => depthOf(item, depths)));
    case 'choice':
      return Math.min(...node.items.map((item) => depthOf(item, depths)));
    default:
      return 0;
  }
}
