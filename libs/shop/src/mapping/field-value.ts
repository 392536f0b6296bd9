import { Money, MoneyError } from '../money.js';
import type { CanonicalField } from './canonical-fields.js';
import { isWrapper } from './json-slices.js';
import type { FieldRule, Scalar, TimeUnit } from './mapping-schema.js';
import { decimalText, scalarText, unwrap } from './scalar-text.js';

type ScalarKind = Exclude<CanonicalField['kind'], 'object' | 'list'>;

/** Turns the shop's value of a field (undefined where it has none), in Extended JSON, into the canonical one. */
export type ValueConversion = (value: string | undefined) => string | undefined;

const MS_IN: Record<TimeUnit, number> = { seconds: 1000, milliseconds: 1, microseconds: 0.001 };

/**
 * How a field's values are converted. A value that already has the field's type, and no rule of its own, comes out as the very text it was; one
 * that cannot be converted stays as it is, so that whoever checks the document can say what was found.
 */
export function valueConversion(kind: ScalarKind, rule: FieldRule): ValueConversion {
  if (rule.value !== undefined) {
    const constant = written(kind, rule.value);
    return () => constant;
  }
  const otherwise = rule.otherwise === undefined ? undefined : written(kind, rule.otherwise);
  const { values } = rule;
  if (values) {
    const targets = new Map(Object.entries(values).map(([from, to]) => [from, written(kind, to)]));
    return value => {
      const word = value === undefined ? undefined : scalarText(value);
      return (word === undefined ? undefined : targets.get(word)) ?? otherwise ?? value;
    };
  }
  const convert = conversions[kind](rule);
  return value => (value === undefined || value === 'null' ? (otherwise ?? value) : convert(value));
}

const conversions: Record<ScalarKind, (rule: FieldRule) => (value: string) => string> = {
  text: () => asText,
  boolean: () => asBoolean,
  number:
    ({ scale }) =>
    value =>
      asNumber(value, scale),
  date:
    ({ unit }) =>
    value => {
      if (value.startsWith('{"$date"')) return value;
      const ms = timeMs(value, unit);
      return ms === undefined ? value : dateOf(ms);
    },
  micros:
    ({ unit }) =>
    value => {
      if (unit === undefined && value.startsWith('{"$number')) return value;
      const ms = timeMs(value, unit);
      return ms === undefined ? value : `{"$numberLong":"${Math.round(ms * 1000)}"}`;
    },
  params: () => value => value,
};

/** A constant of the file as Extended JSON. */
function written(kind: ScalarKind, value: Scalar): string {
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return kind === 'micros' ? `{"$numberLong":"${value}"}` : doubleOf(value);
  return kind === 'date' ? dateOf(Date.parse(value)) : JSON.stringify(value);
}

function asText(value: string): string {
  if (value.startsWith('"') || value === 'true' || value === 'false') return value;
  const text = scalarText(value);
  return text === undefined ? value : JSON.stringify(text);
}

function asBoolean(value: string): string {
  const text = scalarText(value);
  if (text === 'true' || text === '1') return 'true';
  return text === 'false' || text === '0' ? 'false' : value;
}

/** Scaled exactly, in decimals: 1999 × 0.01 is 19.99. */
function asNumber(value: string, scale: number | undefined): string {
  if (scale === undefined && value.startsWith('{"$number')) return value;
  const digits = decimalText(value);
  if (digits === undefined) return value;
  try {
    const amount = Money.of(digits);
    return doubleOf(Number(Money.toString(scale === undefined ? amount : Money.times(amount, Money.of(scale)))));
  } catch (error) {
    if (error instanceof MoneyError) return value;
    throw error;
  }
}

function doubleOf(value: number): string {
  return `{"$numberDouble":"${Number.isInteger(value) ? value.toFixed(1) : String(value)}"}`;
}

function dateOf(ms: number): string {
  return `{"$date":{"$numberLong":"${Math.floor(ms)}"}}`;
}

const LIMIT_MS = 8.64e15;
const isoText = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?) ?(Z|[+-]\d\d:?\d\d)?)?$/;
/**
 * The time that a value tells, in milliseconds: a date, MongoDB's timestamp, the second in which an ObjectId was made, a number of `unit`s
 * (also as text), or a text in ISO 8601, which is UTC unless it names a zone.
 */
function timeMs(value: string, unit: TimeUnit | undefined): number | undefined {
  const digits = unit === undefined ? undefined : decimalText(value);
  const ms = unit !== undefined && digits !== undefined ? Number(digits) * MS_IN[unit] : toldMs(value);
  return ms !== undefined && Math.abs(ms) <= LIMIT_MS ? ms : undefined;
}

function toldMs(value: string): number | undefined {
  if (isWrapper(value)) return wrappedMs(value);
  if (!value.startsWith('"')) return undefined;
  const [, day, time = '00:00', zone = 'Z'] = isoText.exec(scalarText(value)?.trim() ?? '') ?? [];
  if (day === undefined) return undefined;
  const ms = Date.parse(`${day}T${time}${zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone}`);
  return Number.isNaN(ms) ? undefined : ms;
}

function wrappedMs(value: string): number | undefined {
  const { type, content } = unwrap(value);
  switch (type) {
    case '$date':
      return Number(scalarText(content));
    case '$timestamp':
      return Number(/^\{"t":(\d+),/.exec(content)?.[1]) * 1000;
    case '$oid':
      return Number.parseInt(content.slice(1, 9), 16) * 1000;
    default:
      return undefined;
  }
}
