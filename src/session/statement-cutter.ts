import type { SqlRoom } from '../sql/index.ts';
import type { RoutedStatement } from './portal.ts';

/** Longer texts are rarely sent twice. */
const charactersMax = 2_000;
const textsMax = 500;

/**
 * Cuts query strings into statements. Texts that only read are known by their text afterwards; those with statements of
 * the dialect are not, for they may hold secrets.
 */
export class StatementCutter {
  readonly #sql: SqlRoom;
  /** Two generations: what is not asked for while the younger one fills up is forgotten. */
  #younger = new Map<string, readonly RoutedStatement[]>();
  #older: ReadonlyMap<string, readonly RoutedStatement[]> = new Map();

  constructor(sql: SqlRoom) {
    this.#sql = sql;
  }

  cut(text: string): readonly RoutedStatement[] {
    const known = this.#younger.get(text);
    if (known !== undefined) return known;
    const statements = this.#older.get(text) ?? this.#split(text);
    if (text.length <= charactersMax && statements.every(({ tree }) => tree === undefined))
      this.#keep(text, statements);
    return statements;
  }

  #split(text: string): readonly RoutedStatement[] {
    return this.#sql
      .split(text)
      .filter(({ route }) => route !== 'empty')
      .map((statement) => {
        const tree = statement.route === 'dialect' ? this.#sql.parse(text, statement) : undefined;
        return { ...statement, source: text, tree };
      });
  }

  #keep(text: string, statements: readonly RoutedStatement[]): void {
    if (this.#younger.size >= textsMax) {
      this.#older = this.#younger;
      this.#younger = new Map();
    }
    this.#younger.set(text, statements);
  }
}
