import { PgError } from '../../../errors/index.ts';
import type { Value } from '../../handler.ts';
import type { MessageWriter } from '../message-writer.ts';
import { checkSize, invalidText, primitiveText, type TypeCodec } from './type-codec.ts';

/** 2000-01-01 00:00:00 UTC, PostgreSQL's zero, in milliseconds of Unix time. */
const epochMs = 946_684_800_000;
const dayMs = 86_400_000;
const endOfTime = 0x7fff_ffff_ffff_ffffn;
const startOfTime = -0x8000_0000_0000_0000n;

function clockTime(date: Date): string {
  const seconds = date.toISOString().slice(-13, -5);
  const ms = date.getUTCMilliseconds();
  return ms === 0 ? seconds : `${seconds}.${String(ms).padStart(3, '0').replace(/0+$/, '')}`;
}

/** Years before 1 AD are counted without a year 0 and marked BC, as PostgreSQL does. */
function calendarDay(date: Date): { day: string; era: string } {
  const year = date.getUTCFullYear();
  const shown = year > 0 ? year : 1 - year;
  const month = String(date.getUTCMonth() + 1).padStart(2, '0');
  const day = String(date.getUTCDate()).padStart(2, '0');
  return { day: `${String(shown).padStart(4, '0')}-${month}-${day}`, era: year > 0 ? '' : ' BC' };
}

function toDate(value: Value, typeName: string): Date {
  if (value instanceof Date) return value;
  if (typeof value === 'number') return new Date(value);
  return parseInstant(primitiveText(value), typeName);
}

const instantPattern =
  /^(\d{4,6})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)? ?(?:(Z|UTC|GMT)|([+-])(\d\d):?(\d\d)?)?( BC)?$/i;

/** ISO 8601 and PostgreSQL's own output; a time without a zone is UTC. */
function parseInstant(text: string, typeName: string): Date {
  const match = instantPattern.exec(text.trim());
  if (match === null) throw invalidText(typeName, text);
  const [, year, month, day, hour, minute, second, fraction, , sign, zoneHours, zoneMinutes, era] = match;
  const date = new Date(0);
  const signedYear = era === undefined ? Number(year) : 1 - Number(year);
  date.setUTCFullYear(signedYear, Number(month) - 1, Number(day));
  const ms = Number((fraction ?? '').padEnd(3, '0').slice(0, 3));
  date.setUTCHours(Number(hour ?? 0), Number(minute ?? 0), Number(second ?? 0), ms);
  const offsetMinutes = Number(zoneHours ?? 0) * 60 + Number(zoneMinutes ?? 0);
  const instant = new Date(date.getTime() + (sign === '-' ? offsetMinutes : -offsetMinutes) * 60_000);
  const outside =
    Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > 31 || Number(hour ?? 0) > 24;
  if (outside || Number(minute ?? 0) > 59 || Number(second ?? 0) > 60 || Number.isNaN(instant.getTime())) {
    throw new PgError('invalid_text_representation', `date/time field value out of range: "${text}"`);
  }
  return instant;
}

function timestamp(name: string, zone: string): TypeCodec {
  return {
    name,
    size: 8,
    text: (value) => {
      const date = toDate(value, name);
      const { day, era } = calendarDay(date);
      return `${day} ${clockTime(date)}${zone}${era}`;
    },
    binary: (out: MessageWriter, value: Value) => out.int64(microseconds(value, name)),
    fromText: (text) => (isInfinite(text) ? text.trim() : parseInstant(text, name)),
    fromBinary: (bytes) => {
      checkSize(bytes, 8, name);
      const sincePg = bytes.readBigInt64BE(0);
      if (sincePg === endOfTime) return 'infinity';
      if (sincePg === startOfTime) return '-infinity';
      return new Date(Number(sincePg / 1000n) + epochMs);
    },
  };
}

function isInfinite(text: string): boolean {
  return /^-?infinity$/i.test(text.trim());
}

function microseconds(value: Value, name: string): bigint {
  if (typeof value === 'string' && isInfinite(value)) return value.trim().startsWith('-') ? startOfTime : endOfTime;
  return BigInt(toDate(value, name).getTime() - epochMs) * 1000n;
}

export const timestamptz = timestamp('timestamp with time zone', '+00');
export const timestampWithoutZone = timestamp('timestamp without time zone', '');

export const date: TypeCodec = {
  name: 'date',
  size: 4,
  text: (value) => {
    const { day, era } = calendarDay(toDate(value, 'date'));
    return day + era;
  },
  binary: (out, value) => {
    if (typeof value === 'string' && isInfinite(value)) {
      out.int32(value.trim().startsWith('-') ? -0x8000_0000 : 0x7fff_ffff);
    } else {
      out.int32(Math.floor((toDate(value, 'date').getTime() - epochMs) / dayMs));
    }
  },
  fromText: (text) => (isInfinite(text) ? text.trim() : parseInstant(text, 'date')),
  fromBinary: (bytes) => {
    checkSize(bytes, 4, 'date');
    const days = bytes.readInt32BE(0);
    if (days === 0x7fff_ffff) return 'infinity';
    if (days === -0x8000_0000) return '-infinity';
    return new Date(days * dayMs + epochMs);
  },
};
