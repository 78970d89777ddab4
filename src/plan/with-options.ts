import { invalidValue, syntaxError } from '../errors/index.ts';
import type { WithOption } from '../sql/index.ts';
import type { PlanContext } from './context.ts';
import { positionOf } from './names.ts';

/** Reads booleans of a WITH list: absent is undefined, without a value is true. @throws PgError 42601, 22023 */
export function booleanOptions<Name extends string>(
  context: PlanContext,
  options: readonly WithOption[],
  allowed: readonly Name[],
): Partial<Record<Name, boolean>> {
  const values: Partial<Record<Name, boolean>> = {};
  for (const option of options) {
    const position1 = positionOf(context, option.offset0);
    const name = allowed.find((candidate) => candidate === option.name.toUpperCase());
    if (name === undefined) {
      throw syntaxError(`unexpected option ${option.name}`, {
        position1,
        hint: `Allowed here: ${allowed.join(', ')}.`,
      });
    }
    if (values[name] !== undefined) throw syntaxError(`${name} specified more than once`, { position1 });
    values[name] = toBoolean(context, name, option);
  }
  return values;
}

function toBoolean(context: PlanContext, name: string, option: WithOption): boolean {
  const value = option.value;
  if (value === null) return true;
  if (value.kind === 'boolean') return value.value;
  const word =
    value.kind === 'string'
      ? value.value
      : value.kind === 'name'
        ? value.name.parts.map((part) => part.value).join('.')
        : '';
  if (/^(true|on|yes|t|y|1)$/i.test(word)) return true;
  if (/^(false|off|no|f|n|0)$/i.test(word)) return false;
  throw invalidValue(`invalid ${name}: cannot use value as boolean`, {
    position1: positionOf(context, value.offset0),
    hint: `Write ${name} = true or ${name} = false.`,
  });
}
