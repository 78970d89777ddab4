import type { ReadContext, ReadDescription, ReadStatement } from './contract.ts';
import { LruCache } from './lru-cache.ts';

const descriptionsMax = 500;

/** Parameter types and columns of statements, which hold as long as the server runs: names stand for the same relations in all catalogs. */
export class Descriptions {
  readonly #known = new LruCache<string, ReadDescription>(descriptionsMax);
  /** Where names are looked up, by the context: it is the same for many statements. */
  readonly #places = new WeakMap<ReadContext, string>();

  get(statement: ReadStatement, types: readonly number[], context: ReadContext): ReadDescription | undefined {
    return this.#known.get(this.#key(statement, types, context));
  }

  set(statement: ReadStatement, types: readonly number[], context: ReadContext, description: ReadDescription): void {
    this.#known.set(this.#key(statement, types, context), description);
  }

  #key({ text }: ReadStatement, types: readonly number[], context: ReadContext): string {
    return `${this.#placeOf(context)}\0${types.join()}\0${text}`;
  }

  #placeOf(context: ReadContext): string {
    const known = this.#places.get(context);
    if (known !== undefined) return known;
    const place = JSON.stringify([context.searchPath, context.database]);
    this.#places.set(context, place);
    return place;
  }
}
