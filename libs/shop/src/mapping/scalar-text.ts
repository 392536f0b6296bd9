import { z } from 'zod';
import { isWrapper } from './json-slices.js';

const wrapperSchema = z.union([
  z.object({ $oid: z.string() }).transform(({ $oid }) => $oid),
  z.object({ $symbol: z.string() }).transform(({ $symbol }) => $symbol),
  z.object({ $numberInt: z.string() }).transform(({ $numberInt }) => $numberInt),
  z.object({ $numberLong: z.string() }).transform(({ $numberLong }) => $numberLong),
  z.object({ $numberDouble: z.string() }).transform(({ $numberDouble }) => shortNumber($numberDouble)),
  z.object({ $numberDecimal: z.string() }).transform(({ $numberDecimal }) => shortNumber($numberDecimal)),
  z
    .object({ $binary: z.object({ base64: z.string(), subType: z.literal('04') }) })
    .transform(({ $binary }) => uuidText(Buffer.from($binary.base64, 'base64'))),
]);

/**
 * The text of an Extended JSON value that can stand for an id or a word: a text itself, an ObjectId's hex, a number's digits (5 and 5.0 are
 * both `5`), a UUID with its dashes, `true` or `false`. Undefined for null, dates, arrays, objects and the rest.
 */
export function scalarText(value: string): string | undefined {
  if (value.startsWith('"')) return String(JSON.parse(value));
  if (value === 'true' || value === 'false') return value;
  if (!isWrapper(value)) return undefined;
  return wrapperSchema.safeParse(JSON.parse(value)).data;
}

/** The decimal digits of an Extended JSON number, or of a text that holds one; undefined for everything else. */
export function decimalText(value: string): string | undefined {
  if (!value.startsWith('"') && !value.startsWith('{"$number')) return undefined;
  const text = scalarText(value)?.trim();
  return text !== undefined && /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? text : undefined;
}

function shortNumber(digits: string): string {
  const number = Number(digits);
  return Number.isSafeInteger(number) ? String(number) : digits;
}

function uuidText(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
