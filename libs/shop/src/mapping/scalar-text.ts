import { isWrapper } from './json-slices.js';

/** A wrapper of Extended JSON taken apart: `{"$oid":"…"}` has the type `$oid` and, as content, the JSON of its value. */
export function unwrap(value: string): { type: string; content: string } {
  const colon = value.indexOf('":', 2);
  return { type: value.slice(2, colon), content: value.slice(colon + 2, -1) };
}

/**
 * The text of an Extended JSON value that can stand for an id or a word: a text itself, an ObjectId's hex, a number's digits (5 and 5.0 are
 * both `5`), a UUID with its dashes, `true` or `false`. Undefined for null, dates, arrays, objects and the rest.
 */
export function scalarText(value: string): string | undefined {
  if (value.startsWith('"')) return value.includes('\\') ? String(JSON.parse(value)) : value.slice(1, -1);
  if (value === 'true' || value === 'false') return value;
  if (!isWrapper(value)) return undefined;
  const { type, content } = unwrap(value);
  switch (type) {
    case '$oid':
    case '$numberInt':
    case '$numberLong':
      return content.slice(1, -1);
    case '$numberDouble':
    case '$numberDecimal':
      return shortNumber(content.slice(1, -1));
    case '$symbol':
      return scalarText(content);
    case '$binary':
      return uuidText(content);
    default:
      return undefined;
  }
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

/** `content` is that of `$binary`; only subtype 4 is a UUID. */
function uuidText(content: string): string | undefined {
  const base64 = /^\{"base64":"([^"]{24})","subType":"04"\}$/.exec(content)?.[1];
  if (base64 === undefined) return undefined;
  const hex = Buffer.from(base64, 'base64').toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
