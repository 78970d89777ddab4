import { invariant, notSupported, syntaxError } from '../errors/index.ts';
import type { ConnectionKind } from './kind.ts';
import type { NameInput, OptionInput } from './option-input.ts';
import { convert, type ConvertedValue } from './option-values.ts';
import type { OptionSpec, OptionTable, PlannedBroker, PlannedOptions, TextOrSecret } from './options.ts';
import { oneOfValue } from './one-of.ts';

/** Finds what options name. Each gives an item id, or throws (42704, 42809) with the name's position. */
export interface OptionResolver {
  secret(name: NameInput): string;
  connection(name: NameInput): string;
}

export interface PlanOptionsInput {
  readonly kind: Pick<ConnectionKind, 'words' | 'options' | 'adviceForForeignOptions'>;
  readonly options: readonly OptionInput[];
  readonly resolve: OptionResolver;
  /** From an offset of the syntax tree to a position for errors; undefined for text that the client did not send. */
  readonly position1: (offset0: number) => number | undefined;
  /** Where missing options are reported: the option list, or the kind's words. */
  readonly listPosition1?: number | undefined;
}

/**
 * Converts written options by the kind's table. Order of checks: names are resolved; options of other kinds; options refused here; then
 * each option as written: given twice, kind of value. Rules between options are the kind's own. Source: Materialize docs, CREATE CONNECTION.
 * @throws PgError 42601 for an option of another kind or given twice, 22023 for a wrong value, 0A000 for a refused one; and what `resolve` throws.
 */
export function planOptions(input: PlanOptionsInput): PlannedOptions {
  const ids = resolveNames(input);
  refuseForeign(input);
  refuseUnsupported(input);
  const values = new Map<string, ConvertedValue>();
  for (const option of input.options) {
    const position1 = input.position1(option.offset0);
    if (values.has(option.name)) throw syntaxError(`${option.name} specified more than once`, { position1 });
    const spec = specOf(input.kind.options, option.name);
    values.set(option.name, convert(option, spec.value, { ids, position1: input.position1 }));
  }
  return new ConvertedOptions(input, values);
}

function resolveNames(input: PlanOptionsInput): ReadonlyMap<NameInput, string> {
  const ids = new Map<NameInput, string>();
  for (const { name, value } of input.options) {
    if (value === null || input.kind.options[name]?.value.form === 'refused') continue;
    const takesObject = input.kind.options[name]?.value.form === 'object';
    if (value.kind === 'secret') ids.set(value.name, input.resolve.secret(value.name));
    else if (value.kind === 'object' || (value.kind === 'name' && takesObject)) {
      ids.set(value.name, input.resolve.connection(value.name));
    } else if (value.kind === 'broker' || value.kind === 'brokers') {
      for (const broker of value.kind === 'broker' ? [value.broker] : value.brokers) {
        if (broker.using?.kind === 'ssh-tunnel') {
          ids.set(broker.using.name, input.resolve.connection(broker.using.name));
        }
      }
    }
  }
  return ids;
}

function refuseForeign({ kind, options, position1 }: PlanOptionsInput): void {
  const foreign = options.filter((option) => !Object.hasOwn(kind.options, option.name));
  const [first] = foreign;
  if (first === undefined) return;
  const type = kind.words.join(' ');
  const names = [...new Set(foreign.map((option) => option.name))].toSorted();
  const own = Object.entries(kind.options)
    .filter(([, spec]) => spec.kept !== false && spec.value.form !== 'refused')
    .map(([name]) => name);
  throw syntaxError(`${type} connections do not support ${names.join(', ')} values`, {
    position1: position1(first.offset0),
    hint: kind.adviceForForeignOptions?.[first.name] ?? `${type} connections take ${own.join(', ')}.`,
  });
}

function refuseUnsupported({ kind, options, position1 }: PlanOptionsInput): void {
  for (const option of options) {
    const { value } = specOf(kind.options, option.name);
    if (value.form === 'refused') {
      throw notSupported(`${option.name} is not supported`, {
        position1: position1(option.offset0),
        hint: value.hint,
      });
    }
  }
}

function specOf(table: OptionTable, name: string): OptionSpec {
  const spec = table[name];
  invariant(spec !== undefined, `option ${name} is in no table`);
  return spec;
}

class ConvertedOptions implements PlannedOptions {
  readonly #input: PlanOptionsInput;
  readonly #values: ReadonlyMap<string, ConvertedValue>;

  constructor(input: PlanOptionsInput, values: ReadonlyMap<string, ConvertedValue>) {
    this.#input = input;
    this.#values = values;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  text(name: string): string | undefined {
    const { value: type } = specOf(this.#input.kind.options, name);
    invariant(type.form === 'text' || type.form === 'one-of', `${name} is no text`);
    const value = this.#values.get(name);
    if (value?.form !== 'text') return type.default;
    return type.form === 'text' ? value.text : oneOfValue(name, type, value.text, this.valuePosition1(name));
  }

  integer(name: string): number | undefined {
    const { value: type } = specOf(this.#input.kind.options, name);
    invariant(type.form === 'integer', `${name} is no integer`);
    const value = this.#values.get(name);
    return value?.form === 'integer' ? value.integer : type.default;
  }

  textOrSecret(name: string): TextOrSecret | undefined {
    const value = this.#values.get(name);
    if (value?.form === 'text') return { text: value.text };
    return value?.form === 'id' ? { secretId: value.id } : undefined;
  }

  secret(name: string): string | undefined {
    return this.object(name);
  }

  object(name: string): string | undefined {
    const value = this.#values.get(name);
    return value?.form === 'id' ? value.id : undefined;
  }

  textList(name: string): readonly string[] | undefined {
    const value = this.#values.get(name);
    return value?.form === 'text-list' ? value.texts : undefined;
  }

  brokers(name: string): readonly PlannedBroker[] | undefined {
    const value = this.#values.get(name);
    return value?.form === 'brokers' ? value.brokers : undefined;
  }

  position1(name: string): number | undefined {
    const { options, listPosition1, position1 } = this.#input;
    const written = options.find((option) => option.name === name);
    return written === undefined ? listPosition1 : position1(written.offset0);
  }

  valuePosition1(name: string): number | undefined {
    const { options, position1 } = this.#input;
    const value = options.find((option) => option.name === name)?.value;
    if (value === undefined || value === null) return this.position1(name);
    return position1(value.kind === 'object' ? value.name.offset0 : value.offset0);
  }
}
