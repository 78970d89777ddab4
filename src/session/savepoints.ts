import { PgError } from '../errors/index.ts';

/** A point of a transaction, and how to go back to it. */
interface Savepoint {
  readonly name: string;
  readonly goBack: () => void;
}

/** The savepoints of one transaction. A name may stand for several; the last one counts. */
export class Savepoints {
  #points: readonly Savepoint[] = [];

  add(name: string, goBack: () => void): void {
    this.#points = [...this.#points, { name, goBack }];
  }

  /** Forgets it and those after it. @throws PgError 3B001 */
  release(name: string): void {
    this.#points = this.#points.slice(0, this.#indexOf(name));
  }

  /** Undoes what came after it; it stays, those after it are gone. @throws PgError 3B001 */
  rollBackTo(name: string): void {
    const index = this.#indexOf(name);
    this.#points[index]?.goBack();
    this.#points = this.#points.slice(0, index + 1);
  }

  #indexOf(name: string): number {
    const index = this.#points.findLastIndex((point) => point.name === name);
    if (index < 0) throw new PgError('invalid_savepoint_specification', `savepoint "${name}" does not exist`);
    return index;
  }
}
