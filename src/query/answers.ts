import type { ReadContext, ReadParameters } from './contract.ts';
import type { Admission } from './gate/verdict.ts';
import { isSteadyParameterType } from './gate/steady.ts';
import { LruCache } from './lru-cache.ts';
import { concatenate } from './mirror/frontend-messages.ts';
import { SeenBefore } from './seen-before.ts';

/** A whole answer, as it goes to clients. */
export interface Answer {
  /** The RowDescription and the rows: one piece of memory, since there are many answers. */
  readonly whole: Uint8Array;
  /** Where in it the rows begin. */
  readonly rowsAt: number;
  readonly tag: string;
}

interface Recorder {
  message(type: string, bytes: Uint8Array): void;
  end(tag: string): void;
}

const bytesMax = 32 * 1024 * 1024;
const answerBytesMax = 256 * 1024;
/** What an entry weighs beside its bytes. */
const entryBytes = 1_024;
const placesMax = 1_000;

/** Settings that shape how a value is written. The others cannot change a steady answer. */
const settings = [
  'TimeZone',
  'DateStyle',
  'IntervalStyle',
  'extra_float_digits',
  'bytea_output',
  'client_encoding',
] as const;

/**
 * Answers that hold until the catalog changes: of statements whose functions, operators and casts are all reviewed ones,
 * over relations that change with the catalog alone.
 */
export class Answers {
  readonly #answers = new LruCache<string, Answer>(bytesMax);
  readonly #places = new WeakMap<ReadContext, number>();
  readonly #placeNumbers = new LruCache<string, number>(placesMax);
  #nextPlace = 1;
  /** Statements whose answers may be kept, as numbers: a text would have to be read for each look-up. 0: may not. */
  #statements = new WeakMap<Admission, number>();
  #nextStatement = 1;
  readonly #seen = new SeenBefore();
  #relations: ReadonlySet<string> = new Set();
  #epoch = 0;

  /** Relations that change with the catalog alone, by `schema.name` and by `name`. */
  setSteadyRelations(names: ReadonlySet<string>): void {
    this.#relations = names;
    this.#statements = new WeakMap();
  }

  /** The catalog changed. */
  forgetAll(): void {
    this.#answers.clear();
    this.#epoch += 1;
  }

  /** Under what name the answer is kept; null when it may not be. */
  keyOf(admission: Admission, parameters: ReadParameters, context: ReadContext): string | null {
    const statement = this.#statementOf(admission);
    if (statement === 0 || context.overlay.length > 0) return null;
    const { types, values, parameterFormats, resultFormats } = parameters;
    const place = `${statement},${this.#placeOf(context)}`;
    const inText = !resultFormats.includes('binary');
    if (types.length === 0 && values.length === 0 && inText) return place;
    if (values.length > types.length || !types.every(isSteadyParameterType)) return null;
    return `${place}\0${types.join()}\0${parameterFormats.join()}\0${resultFormats.join()}\0${values.map(valueText).join('\0')}`;
  }

  /** A verdict stands for one text, and is the same object as long as it is kept. */
  #statementOf(admission: Admission): number {
    const known = this.#statements.get(admission);
    if (known !== undefined) return known;
    const steady = admission.steady && admission.relations.every((name) => this.#relations.has(name));
    const number = steady ? this.#nextStatement++ : 0;
    this.#statements.set(admission, number);
    return number;
  }

  /** Who reads, where, and how values are written, as a number. A session gives the same context until any of it changes. */
  #placeOf(context: ReadContext): number {
    const known = this.#places.get(context);
    if (known !== undefined) return known;
    const { role, sessionUser, database, searchPath } = context;
    const shape = settings.map((name) => context.settings.get(name));
    const name = JSON.stringify([role, sessionUser, database, searchPath, shape]);
    const place = this.#placeNumbers.get(name) ?? this.#nextPlace++;
    this.#placeNumbers.set(name, place);
    this.#places.set(context, place);
    return place;
  }

  get(key: string): Answer | undefined {
    return this.#answers.get(key);
  }

  /**
   * Takes the messages of an answer as they pass; keeps the answer if the catalog is still the same at its end. Undefined for parameters that come
   * for the first time: most that come once never come again, and would push out those that do.
   */
  recorder(key: string): Recorder | undefined {
    if (key.includes('\0') && !this.#seen.note(key)) return undefined;
    const epoch = this.#epoch;
    let description: Uint8Array = new Uint8Array(0);
    let rows: Uint8Array[] = [];
    let rowBytes = 0;
    return {
      message: (type, bytes) => {
        if (type === 'T') description = bytes.slice();
        if (type !== 'D' || rowBytes > answerBytesMax) return;
        rowBytes += bytes.length;
        if (rowBytes > answerBytesMax) rows = [];
        else rows.push(bytes.slice());
      },
      end: (tag) => {
        if (rowBytes > answerBytesMax || epoch !== this.#epoch) return;
        const whole = concatenate([description, ...rows]);
        this.#answers.set(key, { whole, rowsAt: description.length, tag }, whole.length + 2 * key.length + entryBytes);
      },
    };
  }
}

const valueText = (value: Uint8Array | null): string =>
  value === null
    ? 'n'
    : `${value.length}:${Buffer.from(value.buffer, value.byteOffset, value.length).toString('latin1')}`;
