import type { CatalogStore } from '../catalog/index.ts';
import { findVariable, listOf } from '../plan/index.ts';

/** Settings of the server as ALTER SYSTEM has them now; asked at each use, so that a change needs no restart. */
export class SystemSettings {
  readonly #store: CatalogStore;

  constructor(store: CatalogStore) {
    this.#store = store;
  }

  text(name: string): string {
    return this.#store.current.tables.systemSettings.get(name)?.value ?? findVariable(name)?.default ?? '';
  }

  list(name: string): readonly string[] {
    return listOf(this.text(name));
  }
}
