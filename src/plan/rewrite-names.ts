import type { ItemRow } from '../catalog/index.ts';
import type { ConnectionKind } from '../connections/index.ts';
import type { Broker, ConnectionOption, CreateConnection, Name, OptionValue } from '../sql/index.ts';
import type { PlanContext } from './context.ts';
import { findItem, fullNameParts } from './names.ts';

const toName = (parts: readonly string[], offset0 = 0): Name => ({
  parts: parts.map((value) => ({ value, offset0 })),
  offset0,
});

/** The item's three-part name as a tree. */
export const itemName = (
  context: PlanContext,
  item: { readonly schemaId: ItemRow['schemaId']; readonly name: string },
): Name => toName(fullNameParts(context, item));

/** The stored form of a definition: three-part names, no IF NOT EXISTS, no WITH, no options that the kind does not keep. */
export function storedForm(
  context: PlanContext,
  kind: ConnectionKind,
  statement: CreateConnection,
  name: Name,
): CreateConnection {
  const qualify = (reference: Name): Name => {
    const item = findItem(context, reference);
    return item === undefined ? reference : itemName(context, item);
  };
  return {
    ...statement,
    name,
    ifNotExists: false,
    with: [],
    options: statement.options
      .filter((option) => kind.options[option.name]?.kept !== false)
      .map((option) => mapOptionNames(option, qualify)),
  };
}

/** Every reference to another object in an option's value, mapped. */
export function mapOptionNames(option: ConnectionOption, map: (name: Name) => Name): ConnectionOption {
  return option.value === null ? option : { ...option, value: mapValueNames(option.value, map) };
}

function mapValueNames(value: OptionValue, map: (name: Name) => Name): OptionValue {
  switch (value.kind) {
    case 'secret':
    case 'object':
    case 'privatelink':
      return { ...value, name: map(value.name) };
    case 'broker':
      return { ...value, broker: mapBrokerNames(value.broker, map) };
    case 'brokers':
      return { ...value, brokers: value.brokers.map((broker) => mapBrokerNames(broker, map)) };
    case 'sequence':
      return { ...value, items: value.items.map((item) => mapValueNames(item, map)) };
    case 'map':
      return {
        ...value,
        entries: value.entries.map((entry) => ({ key: entry.key, value: mapValueNames(entry.value, map) })),
      };
    case 'string':
    case 'number':
    case 'boolean':
    case 'null':
    case 'interval':
    case 'name':
      return value;
  }
}

function mapBrokerNames(broker: Broker, map: (name: Name) => Name): Broker {
  return broker.using === null ? broker : { ...broker, using: { ...broker.using, name: map(broker.using.name) } };
}

/** Replaces the leading parts of every name that begins with `before` (case-sensitive, whole parts) by `after`. */
export function replacePrefix(before: readonly string[], after: readonly string[]): (name: Name) => Name {
  return (name) => {
    const parts = name.parts.map((part) => part.value);
    const matches = before.every((part, index) => parts[index] === part);
    return matches ? toName([...after, ...parts.slice(before.length)], name.offset0) : name;
  };
}
