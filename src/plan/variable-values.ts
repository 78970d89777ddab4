import { type PgError, invalidValue } from '../errors/index.ts';
import type { Variable } from './variable.ts';

const kB = 1024;

/** The value in the form that SHOW gives. `words` are the list as written. @throws PgError 22023 */
export function canonicalValue(variable: Variable, words: readonly string[], position1?: number): string {
  const single = words.join(', ');
  const refuse = (hint?: string): PgError =>
    invalidValue(`invalid value for parameter "${variable.name}": "${single}"`, { hint, position1 });
  const type = variable.type;
  switch (type.form) {
    case 'text':
      if (variable.name === 'client_encoding') return clientEncoding(single, position1);
      return single.slice(0, type.max ?? 1024);
    case 'names':
      return words
        .map((word) => (/^[a-z_][a-z0-9_$./:]*$/.test(word) ? word : word === '' ? '' : quoteName(word)))
        .join(', ');
    case 'bool':
      if (/^(on|true|tru|tr|t|yes|ye|y|1)$/i.test(single)) return 'on';
      if (/^(off|of|false|fals|fal|fa|f|no|n|0)$/i.test(single)) return 'off';
      throw invalidValue(`parameter "${variable.name}" requires a Boolean value`, { position1 });
    case 'integer': {
      const number = Number(single);
      if (!/^[+-]?\d+$/.test(single)) throw refuse();
      if (number < type.min || number > type.max) {
        throw invalidValue(
          `${number} is outside the valid range for parameter "${variable.name}" (${type.min} .. ${type.max})`,
          { position1 },
        );
      }
      return String(number);
    }
    case 'duration':
      return durationText(
        within(
          variable,
          type,
          toMilliseconds(single) ??
            raise(refuse('Valid units for this parameter are "us", "ms", "s", "min", "h", and "d".')),
          durationText,
          position1,
        ),
      );
    case 'size':
      return sizeText(
        within(
          variable,
          type,
          toBytes(single) ?? raise(refuse('Valid units for this parameter are "B", "kB", "MB", and "GB".')),
          sizeText,
          position1,
        ),
      );
    case 'one-of': {
      const value = type.values.find(
        (candidate) => candidate.toLowerCase() === single.toLowerCase().replaceAll(/\s+/g, ' '),
      );
      return value ?? raise(refuse(`Available values: ${type.values.join(', ')}.`));
    }
    case 'time-zone':
      return timeZone(single) ?? raise(refuse());
    case 'date-style':
      return dateStyle(words) ?? raise(refuse('Only the ISO style is offered: "ISO, MDY", "ISO, DMY" or "ISO, YMD".'));
  }
}

/** Milliseconds of a duration variable's shown value. */
export const durationMs = (shown: string): number => toMilliseconds(shown) ?? 0;

/** Bytes of a size variable's shown value. */
export const sizeBytes = (shown: string): number => toBytes(shown) ?? 0;

/** @throws PgError 22023 for a value out of the variable's range */
function within(
  variable: Variable,
  { min = 0, max = Number.POSITIVE_INFINITY }: { readonly min?: number; readonly max?: number },
  value: number,
  shown: (value: number) => string,
  position1: number | undefined,
): number {
  if (value >= min && value <= max) return value;
  const range = `${shown(min)} .. ${shown(max)}`;
  throw invalidValue(`${shown(value)} is outside the valid range for parameter "${variable.name}" (${range})`, {
    position1,
  });
}

function raise(error: PgError): never {
  throw error;
}

const quoteName = (word: string): string => `"${word.replaceAll('"', '""')}"`;

const unitsMs: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

function toMilliseconds(value: string): number | undefined {
  const match = /^\s*([+]?\d+(?:\.\d+)?)\s*(us|ms|s|min|h|d)?\s*$/.exec(value);
  if (match === null) return undefined;
  const ms = Math.round(Number(match[1]) * (unitsMs[match[2] ?? 'ms'] ?? 1));
  return ms > 2_147_483_647 ? undefined : ms;
}

function durationText(ms: number): string {
  if (ms === 0) return '0';
  for (const unit of ['d', 'h', 'min', 's'] as const) {
    const size = unitsMs[unit] ?? 1;
    if (ms % size === 0) return `${ms / size}${unit}`;
  }
  return `${ms}ms`;
}

const sizeUnits: Readonly<Record<string, number>> = { B: 1, kB, MB: 1024 * kB, GB: 1024 * 1024 * kB };

function toBytes(value: string): number | undefined {
  const match = /^\s*(\d{1,12}(?:\.\d+)?)\s*(B|kB|MB|GB)?\s*$/.exec(value);
  return match === null ? undefined : Math.round(Number(match[1]) * (sizeUnits[match[2] ?? 'B'] ?? 1));
}

function sizeText(bytes: number): string {
  for (const unit of ['GB', 'MB', 'kB'] as const) {
    const size = sizeUnits[unit] ?? 1;
    if (bytes !== 0 && bytes % size === 0) return `${bytes / size}${unit}`;
  }
  return `${bytes}B`;
}

function clientEncoding(value: string, position1?: number): string {
  // PostgreSQL looks at letters and digits only; asyncpg sends 'utf-8' with its quotes.
  const name = value.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  if (name === 'utf8' || name === 'unicode') return 'UTF8';
  if (name === 'sqlascii') return 'SQL_ASCII';
  throw invalidValue(`invalid value for parameter "client_encoding": "${value}"`, {
    position1,
    hint: 'The server speaks UTF8 only.',
  });
}

function timeZone(value: string): string | undefined {
  if (/^(utc|gmt|z|default|local)$/i.test(value)) return value.toUpperCase() === 'GMT' ? 'GMT' : 'UTC';
  if (/^(<[+-]\d{2}(:\d{2})?>)?[+-]?\d{1,2}(:\d{2})?(:\d{2})?$/.test(value)) return value;
  try {
    // Intl knows IANA's names and matches them without regard to case; what it says back is canonical.
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

function dateStyle(words: readonly string[]): string | undefined {
  const parts = words
    .flatMap((word) => word.split(','))
    .map((word) => word.trim().toUpperCase())
    .filter((word) => word !== '');
  if (
    parts.some(
      (part) =>
        !['ISO', 'MDY', 'DMY', 'YMD', 'US', 'EURO', 'NONEURO', 'EUROPEAN', 'NONEUROPEAN', 'DEFAULT'].includes(part),
    )
  )
    return undefined;
  const order = parts.find((part) => part !== 'ISO') ?? 'MDY';
  return `ISO, ${order.startsWith('EURO') || order === 'DMY' ? 'DMY' : order === 'YMD' ? 'YMD' : 'MDY'}`;
}

/** The names of a list variable (search_path …): quoted parts keep their case, others are folded. */
export function listOf(value: string): readonly string[] {
  const names: string[] = [];
  for (const [, quoted, plain] of value.matchAll(/\s*(?:"((?:[^"]|"")*)"|([^,"]+))\s*(?:,|$)/g)) {
    const name = quoted === undefined ? plain?.trim().toLowerCase() : quoted.replaceAll('""', '"');
    if (name !== undefined && name !== '') names.push(name);
  }
  return names;
}
