import { unreachable } from '../errors/index.ts';
import type { Broker, OptionValue, WithOption } from './ast.ts';
import { printLiteral, printName } from './quote.ts';

/** An option's value; a sequence prints with parentheses whatever it was written with. */
export function printOptionValue(value: OptionValue): string {
  switch (value.kind) {
    case 'string':
      return printLiteral(value.value);
    case 'number':
      return value.text;
    case 'boolean':
      return String(value.value);
    case 'null':
      return 'NULL';
    case 'interval':
      return `INTERVAL ${printLiteral(value.text)}`;
    case 'name':
    case 'object':
      return printName(value.name);
    case 'secret':
      return `SECRET ${printName(value.name)}`;
    case 'sequence':
      return `(${value.items.map((item) => printOptionValue(item)).join(', ')})`;
    case 'map':
      return `MAP[${value.entries.map((entry) => `${printLiteral(entry.key)} => ${printOptionValue(entry.value)}`).join(', ')}]`;
    case 'privatelink':
      return value.port === null ? printName(value.name) : `${printName(value.name)} (PORT ${value.port})`;
    case 'broker':
      return printBroker(value.broker);
    case 'brokers':
      return `(${value.brokers.map((broker) => printBroker(broker)).join(', ')})`;
    default:
      return unreachable(value);
  }
}

function printBroker(broker: Broker): string {
  const address = `${broker.matching ? 'MATCHING ' : ''}${printLiteral(broker.address)}`;
  if (broker.using === null) return address;
  const name = printName(broker.using.name);
  if (broker.using.kind === 'ssh-tunnel') return `${address} USING SSH TUNNEL ${name}`;
  const { options } = broker.using;
  return `${address} USING AWS PRIVATELINK ${name}${options.length === 0 ? '' : ` (${printOptions(options)})`}`;
}

const printOptions = (options: readonly WithOption[]): string =>
  options.map(({ name, value }) => (value === null ? name : `${name} = ${printOptionValue(value)}`)).join(', ');

/** ` WITH (…)`, or nothing. */
export const printWith = (options: readonly WithOption[]): string =>
  options.length === 0 ? '' : ` WITH (${printOptions(options)})`;
