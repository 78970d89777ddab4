import { invalidValue, invariant, notSupported, type PgError, unreachable } from '../errors/index.ts';
import type { BrokerInput, NameInput, OptionInput, OptionValueInput } from './option-input.ts';
import type { OptionValueType, PlannedBroker } from './options.ts';

/** A value after its form was checked. */
export type ConvertedValue =
  | { readonly form: 'text'; readonly text: string }
  | { readonly form: 'id'; readonly id: string }
  | { readonly form: 'integer'; readonly integer: number }
  | { readonly form: 'text-list'; readonly texts: readonly string[] }
  | { readonly form: 'brokers'; readonly brokers: readonly PlannedBroker[] };

export interface ConvertContext {
  /** Item ids of the names in values, resolved before. */
  readonly ids: ReadonlyMap<NameInput, string>;
  readonly position1: (offset0: number) => number | undefined;
}

/** @throws PgError 22023 `invalid <OPTION>: <reason>` when the value is not of the option's form. */
export function convert(option: OptionInput, type: OptionValueType, context: ConvertContext): ConvertedValue {
  switch (type.form) {
    case 'text':
      if (option.value?.kind === 'secret' && type.secretGiven !== undefined) {
        throw invalidValue(type.secretGiven, {
          position1: context.position1(option.value.offset0),
          hint: 'Put the value in single quotes.',
        });
      }
      return toText(option, context, 'must provide a string value');
    case 'one-of':
      return toText(option, context, 'must provide a string value');
    case 'text-or-secret':
      return option.value?.kind === 'secret'
        ? { form: 'id', id: idOf(option.value.name, context) }
        : toText(option, context, 'must provide a string or secret value');
    case 'secret':
      if (option.value?.kind === 'secret') return { form: 'id', id: idOf(option.value.name, context) };
      throw invalid(option, context, 'must provide a secret value', secretHint(option));
    case 'integer':
      return { form: 'integer', integer: toInteger(option, type, context) };
    case 'object':
      if (option.value?.kind === 'object' || option.value?.kind === 'name') {
        return { form: 'id', id: idOf(option.value.name, context) };
      }
      throw invalid(
        option,
        context,
        'must provide an object',
        `Write the name of a connection: ${option.name} = name.`,
      );
    case 'text-list':
      return { form: 'text-list', texts: toTexts(option, context) };
    case 'broker':
    case 'brokers':
      return { form: 'brokers', brokers: toBrokers(option, context) };
    case 'refused':
      throw notSupported(`${option.name} is not supported`, { hint: type.hint });
    default:
      return unreachable(type);
  }
}

function toText(option: OptionInput, context: ConvertContext, absent: string): ConvertedValue {
  const { value } = option;
  if (value === null) throw invalid(option, context, absent);
  const text = plainText(value);
  if (text !== undefined) return { form: 'text', text };
  const foreign = foreignKinds[value.kind];
  if (foreign !== undefined) {
    throw invalid(option, context, `incompatible value types: cannot convert ${foreign} to text`, quotesHint(value));
  }
  throw invalid(option, context, 'cannot use value as string', 'Put the value in single quotes.');
}

/** A string, or a single identifier, which stands for its (folded) text. */
function plainText(value: OptionValueInput): string | undefined {
  if (value.kind === 'string') return value.value;
  return value.kind === 'name' && value.name.parts.length === 1 && value.name.id === undefined
    ? value.name.parts[0]?.value
    : undefined;
}

/** What is no literal, in the words of the error. */
const foreignKinds: Readonly<Partial<Record<OptionValueInput['kind'], string>>> = {
  name: 'object names',
  sequence: 'sequences',
  secret: 'secrets',
  map: 'maps',
  object: 'object references',
  privatelink: 'object references',
  broker: 'object references',
  brokers: 'object references',
};

const quotesHint = (value: OptionValueInput): string | undefined =>
  value.kind === 'name' ? `Put the value in single quotes: '${dotted(value.name)}'.` : undefined;

const dotted = (name: NameInput): string => name.parts.map((part) => part.value).join('.');

/** Never repeats a string: it may be the secret itself. */
function secretHint({ name, value }: OptionInput): string {
  if (value?.kind === 'name')
    return `Write SECRET before the name of a secret: ${name} = SECRET ${dotted(value.name)}.`;
  return `Keep the value in a secret: CREATE SECRET name AS '...', then ${name} = SECRET name.`;
}

function toInteger(
  option: OptionInput,
  type: Extract<OptionValueType, { form: 'integer' }>,
  context: ConvertContext,
): number {
  const { value } = option;
  if (value === null) throw invalid(option, context, 'must provide an integer value');
  if (value.kind !== 'number') {
    const hint = value.kind === 'string' ? 'Write the number without quotes.' : undefined;
    throw invalid(option, context, 'cannot use value as number', hint);
  }
  const range =
    type.max === 65_535
      ? 'A port is a whole number from 1 to 65535.'
      : `It is a whole number from ${type.min} to ${type.max}.`;
  if (!/^[+-]?\d+$/.test(value.text)) {
    throw invalid(option, context, `invalid numeric value: ${value.text} is not a whole number`, range);
  }
  const integer = Number(value.text);
  if (integer < type.min || integer > type.max) {
    throw invalid(option, context, `invalid numeric value: ${value.text} is out of range`, range);
  }
  return integer;
}

function toTexts(option: OptionInput, context: ConvertContext): readonly string[] {
  const { value } = option;
  if (value === null) throw invalid(option, context, 'must provide an array value');
  const single = plainText(value);
  if (single !== undefined) return [single];
  if (value.kind !== 'sequence') throw invalid(option, context, 'cannot use value as array');
  return value.items.map((item) => {
    const text = plainText(item);
    if (text === undefined) throw invalid(option, context, 'cannot use value in array', undefined, item.offset0);
    return text;
  });
}

function toBrokers(option: OptionInput, context: ConvertContext): readonly PlannedBroker[] {
  const { value } = option;
  if (value?.kind !== 'broker' && value?.kind !== 'brokers') {
    throw invalid(option, context, 'must provide a string value', "Write the broker as 'host:port'.");
  }
  return (value.kind === 'broker' ? [value.broker] : value.brokers).map((broker) => toBroker(broker, context));
}

function toBroker(broker: BrokerInput, context: ConvertContext): PlannedBroker {
  const position1 = context.position1(broker.offset0);
  if (broker.matching) {
    throw notSupported('MATCHING rules for brokers are not supported', {
      position1,
      hint: 'SSH TUNNEL = name sends every broker that has no tunnel of its own through one tunnel.',
    });
  }
  if (broker.using?.kind === 'privatelink') {
    throw notSupported('AWS PRIVATELINK is not supported', {
      position1,
      hint: "Reach the broker through a bastion: 'host:port' USING SSH TUNNEL name.",
    });
  }
  return {
    address: broker.address,
    through: broker.using === null ? null : idOf(broker.using.name, context),
    position1,
  };
}

function idOf(name: NameInput, { ids }: ConvertContext): string {
  const id = ids.get(name);
  invariant(id !== undefined, 'names of option values are resolved before conversion');
  return id;
}

function invalid(
  option: OptionInput,
  context: ConvertContext,
  reason: string,
  hint?: string,
  offset0 = option.value?.offset0 ?? option.offset0,
): PgError {
  return invalidValue(`invalid ${option.name}: ${reason}`, { position1: context.position1(offset0), hint });
}
