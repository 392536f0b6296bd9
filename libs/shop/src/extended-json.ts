/** A value in Extended JSON that cannot be carried as a plain value without loss. */
export class ExtendedJsonError extends Error {
  constructor(wrapper: string, value: unknown) {
    super(
      `${wrapper} ${JSON.stringify(value)} cannot be read: outside the range of whole numbers that stay exact (±2^53)`,
    );
    this.name = 'ExtendedJsonError';
  }
}

/**
 * Turns MongoDB's Extended JSON (canonical or relaxed, already through `JSON.parse`) into plain values: numbers, text, booleans, null,
 * `Date`, arrays and objects. Ids become their hex text, binary becomes base64, decimals the nearest double (exact to 15 digits).
 * Types without a plain counterpart (regular expressions, timestamps, code) stay as their wrapper objects.
 *
 * @throws ExtendedJsonError for a 64-bit integer beyond ±2^53.
 * @see https://github.com/mongodb/specifications/blob/master/source/extended-json/extended-json.md
 */
export function fromExtendedJson(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(fromExtendedJson);
  for (const key in value) {
    if (key.charCodeAt(0) === 36) {
      const plain = unwrap(key, (value as Record<string, unknown>)[key]);
      if (plain !== undefined) return plain;
    }
    break;
  }
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, fromExtendedJson(field)]));
}

function unwrap(wrapper: string, value: unknown): unknown {
  switch (wrapper) {
    case '$numberInt':
    case '$numberDouble':
    case '$numberDecimal':
      return Number(value);
    case '$numberLong': {
      const number = Number(value);
      if (!Number.isSafeInteger(number)) throw new ExtendedJsonError(wrapper, value);
      return number;
    }
    case '$date':
      return new Date(typeof value === 'string' ? value : Number(fromExtendedJson(value)));
    case '$oid':
    case '$symbol':
    case '$uuid':
      return value;
    case '$binary':
      return typeof value === 'object' && value !== null && 'base64' in value ? value.base64 : undefined;
    case '$undefined':
      return null;
    default:
      return undefined;
  }
}

/** A document's `_id` as text: text as it is, an ObjectId as hex, anything else as its JSON (a number is
 * as written), nothing as no text. `id` is plain or Extended JSON. */
export function documentId(id: unknown): string {
  const plain = fromExtendedJson(id);
  if (typeof plain === 'string') return plain;
  if (typeof plain === 'number') return String(plain);
  return JSON.stringify(plain) ?? '';
}
