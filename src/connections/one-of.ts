import { invalidValue, nearest } from '../errors/index.ts';
import type { OptionValueType } from './options.ts';

/** The canonical value of a `one-of` option. @throws PgError 22023 listing the values, with the one that was probably meant. */
export function oneOfValue(
  name: string,
  type: Extract<OptionValueType, { form: 'one-of' }>,
  written: string,
  position1: number | undefined,
): string {
  const value = type.caseSensitive ? written : written.toUpperCase();
  if (type.values.includes(value)) return value;
  const meant = Object.hasOwn(type.aliases, value) ? type.aliases[value] : undefined;
  if (meant !== undefined) return meant;
  throw invalidValue(type.unknown?.(value) ?? `invalid CONNECTION: unknown ${name} "${value}"`, {
    position1,
    hint: hintFor(name, type, value),
  });
}

function hintFor(name: string, type: Extract<OptionValueType, { form: 'one-of' }>, value: string): string {
  if (type.hints !== undefined && Object.hasOwn(type.hints, value)) return type.hints[value] ?? '';
  const near = nearest(value, type.values);
  const list = `${name} is one of ${type.values.join(', ')}.`;
  return near === undefined ? list : `Did you mean ${near}? ${list}`;
}
