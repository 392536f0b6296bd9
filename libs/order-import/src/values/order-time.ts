import type { LocalClock } from './local-clock.js';

/** How dates written with the year last are to be read: 31/12/2010 or 12/31/2010. */
export type DateOrder = 'day-first' | 'month-first';

const clock = String.raw`(?:[T ,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*([AaPp][Mm])?\s*(Z|UTC|[+-]\d{2}(?::?\d{2})?)?)?`;
const yearFirst = new RegExp(String.raw`^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})${clock}$`);
const yearLast = new RegExp(String.raw`^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})${clock}$`);

/**
 * Reads the time of an order as milliseconds since 1970 UTC; NaN for what is no time. Understands ISO 8601 and its usual variants, dates
 * with the year last, and Unix time in seconds (10 digits) or milliseconds (13). A time without a zone is on `localClock`.
 */
export function readOrderTimeMs(value: string | null, localClock: LocalClock, dateOrder: DateOrder): number {
  const text = value?.trim() ?? '';
  const iso = yearFirst.exec(text);
  if (iso) return assemble(Number(iso[1]), Number(iso[2]), Number(iso[3]), iso.slice(4), localClock);
  const local = yearLast.exec(text);
  if (local) {
    const [first, second] = [Number(local[1]), Number(local[2])];
    const [day, month] = dateOrder === 'day-first' ? [first, second] : [second, first];
    return assemble(Number(local[3]), month, day, local.slice(4), localClock);
  }
  if (/^\d{10}$/.test(text)) return Number(text) * 1000;
  if (/^\d{13}$/.test(text)) return Number(text);
  return NaN;
}

function assemble(
  year: number,
  month: number,
  day: number,
  time: readonly (string | undefined)[],
  localClock: LocalClock,
): number {
  const [hourText = '0', minuteText = '0', secondText = '0', fraction = '0', half, zone] = time;
  const hour = hourOf(Number(hourText), half);
  const [minute, second] = [Number(minuteText), Number(secondText)];
  const milliseconds = Number(fraction.padEnd(3, '0').slice(0, 3));
  const wallMs = Date.UTC(year, month - 1, day, hour, minute, second, milliseconds);
  const wall = new Date(wallMs);
  const exists =
    wall.getUTCMonth() === month - 1 && wall.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  if (!exists) return NaN;
  return zone === undefined ? localClock.toUtcMs(wallMs) : wallMs - zoneOffsetMs(zone);
}

function hourOf(hour: number, half: string | undefined): number {
  if (half === undefined) return hour;
  if (hour < 1 || hour > 12) return 24;
  return (hour % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
}

function zoneOffsetMs(zone: string): number {
  if (zone === 'Z' || zone === 'UTC') return 0;
  const sign = zone.startsWith('-') ? -1 : 1;
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0');
  return sign * (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2))) * 60_000;
}

/**
 * The order of day and month in a file, from the greatest first and second number of its dates with the year last: a number above 12 is a
 * day. Undefined when nothing decides; `'mixed'` when both numbers exceed 12 somewhere.
 */
export function dateOrderOf(greatestFirst: number, greatestSecond: number): DateOrder | 'mixed' | undefined {
  if (greatestFirst > 12) return greatestSecond > 12 ? 'mixed' : 'day-first';
  return greatestSecond > 12 ? 'month-first' : undefined;
}
