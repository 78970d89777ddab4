import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the grammar's notation can say: ISO 14977 without its exceptions. */
export type Node =
  | { readonly kind: 'terminal'; readonly text: string }
  /** `?identifier?`: a lexical part. */
  | { readonly kind: 'special'; readonly name: string }
  | { readonly kind: 'rule'; readonly name: string }
  | { readonly kind: 'sequence'; readonly items: readonly Node[] }
  | { readonly kind: 'choice'; readonly items: readonly Node[] }
  | { readonly kind: 'optional'; readonly item: Node }
  | { readonly kind: 'repeat'; readonly item: Node };

export interface Grammar {
  readonly rules: ReadonlyMap<string, Node>;
  /** First rule of each file, by the file's name without `.ebnf`. */
  readonly files: ReadonlyMap<string, string>;
}

const directory = join(import.meta.dirname, '../../../grammar/statements');

/** Files that hold parts of statements and no statement. */
export const sharedFiles: ReadonlySet<string> = new Set(['common', 'connection-options', 'source-clauses']);

/** Reads every `.ebnf`. @throws Error for a rule that is defined twice or not at all. */
export function readGrammar(): Grammar {
  const rules = new Map<string, Node>();
  const files = new Map<string, string>();
  for (const file of readdirSync(directory).filter((name) => name.endsWith('.ebnf'))) {
    for (const [name, node] of new Reader(readFileSync(join(directory, file), 'utf8'), file).rules()) {
      if (rules.has(name)) throw new Error(`${file}: rule ${name} is defined twice`);
      const key = file.replace('.ebnf', '');
      if (!files.has(key)) files.set(key, name);
      rules.set(name, node);
    }
  }
  for (const node of rules.values()) {
    visit(node, (each) => {
      if (each.kind === 'rule' && !rules.has(each.name)) throw new Error(`rule ${each.name} is not defined`);
    });
  }
  return { rules, files };
}

export function visit(node: Node, see: (node: Node) => void): void {
  see(node);
  if (node.kind === 'sequence' || node.kind === 'choice') for (const item of node.items) visit(item, see);
  if (node.kind === 'optional' || node.kind === 'repeat') visit(node.item, see);
}

const lexeme = /\(\*[\s\S]*?\*\)|"[^"]+"|\?[^?]+\?|[a-z_][a-z0-9_]*|[=;|(){}[\],]|\S/g;

class Reader {
  readonly #file: string;
  readonly #lexemes: readonly string[];
  #index = 0;

  constructor(text: string, file: string) {
    this.#file = file;
    this.#lexemes = (text.match(lexeme) ?? []).filter((each) => !each.startsWith('(*'));
  }

  *rules(): Iterable<readonly [string, Node]> {
    while (this.#index < this.#lexemes.length) {
      const name = this.#next();
      this.#expect('=');
      const node = this.#choice();
      this.#expect(';');
      yield [name, node];
    }
  }

  #choice(): Node {
    const items = [this.#sequence()];
    while (this.#peek() === '|') {
      this.#next();
      items.push(this.#sequence());
    }
    return items.length === 1 && items[0] !== undefined ? items[0] : { kind: 'choice', items };
  }

  #sequence(): Node {
    const items: Node[] = [];
    while (![';', '|', ')', ']', '}', ''].includes(this.#peek())) items.push(this.#factor());
    if (items.length === 0) throw new Error(`${this.#file}: an empty alternative before ${this.#peek()}`);
    return items.length === 1 && items[0] !== undefined ? items[0] : { kind: 'sequence', items };
  }

  #factor(): Node {
    const text = this.#next();
    if (text.startsWith('"')) return { kind: 'terminal', text: text.slice(1, -1) };
    if (text.startsWith('?') && text.length > 1) return { kind: 'special', name: text.slice(1, -1) };
    if (text === '(') return this.#closed(')');
    if (text === '[') return { kind: 'optional', item: this.#closed(']') };
    if (text === '{') return { kind: 'repeat', item: this.#closed('}') };
    if (!/^[a-z_]/.test(text)) throw new Error(`${this.#file}: unexpected ${text}`);
    return { kind: 'rule', name: text };
  }

  #closed(close: string): Node {
    const node = this.#choice();
    this.#expect(close);
    return node;
  }

  #peek(): string {
    return this.#lexemes[this.#index] ?? '';
  }

  #next(): string {
    const text = this.#peek();
    this.#index += 1;
    return text;
  }

  #expect(text: string): void {
    const found = this.#next();
    if (found !== text) throw new Error(`${this.#file}: expected ${text}, found ${found}`);
  }
}
