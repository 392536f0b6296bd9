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
 * What JSON can hold without its wrapper: a number of up to 15 digits (or 16 below 9·10^15), as in `{"$numberInt":"6"}`, and an id, as in
 * `{"$oid":"…"}`. Quotes within texts are escaped, so it matches no text.
 */
const PLAIN_IN_WRAPPER =
  /\{"\$(?:number(?:Int|Long|Double)":"(-?(?:0|[1-9]\d{0,14}|[1-8]\d{15})(?:\.\d+)?)"|oid":("[0-9a-f]{24}"))\}/g;

/**
 * Reads a value written as MongoDB's Extended JSON (see {@link fromExtendedJson}).
 *
 * @throws SyntaxError for what is no JSON, ExtendedJsonError for a 64-bit integer beyond ±2^53.
 */
export function parseExtendedJson(text: string): unknown {
  const shorter = text.replace(PLAIN_IN_WRAPPER, '$1$2');
  const value: unknown = JSON.parse(shorter);
  return mayHoldWrapper(shorter) ? fromExtendedJson(value) : value;
}

/** Every wrapper has a name that begins with `$`, perhaps with its letters escaped. */
function mayHoldWrapper(text: string): boolean {
  return text.includes('"$') || text.includes('"\\u');
}

/**
 * Turns MongoDB's Extended JSON (canonical or relaxed, already through `JSON.parse`) into plain values: numbers, text, booleans, null,
 * `Date`, arrays and objects. Ids become their hex text, binary becomes base64, decimals the nearest double (exact to 15 digits).
 * Types without a plain counterpart (regular expressions, timestamps, code) stay as their wrapper objects. Objects and arrays are changed
 * in place.
 *
 * @throws ExtendedJsonError for a 64-bit integer beyond ±2^53.
 * @see https://github.com/mongodb/specifications/blob/master/source/extended-json/extended-json.md
 */
export function fromExtendedJson(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at++) value[at] = fromExtendedJson(value[at]);
    return value;
  }
  const fields = value as Record<string, unknown>;
  let first = true;
  for (const key in fields) {
    const field = fields[key];
    if (first && key.charCodeAt(0) === 36) {
      const plain = unwrap(key, field);
      if (plain !== undefined) return plain;
    }
    first = false;
    if (typeof field !== 'object' || field === null) continue;
    const plain = fromExtendedJson(field);
    if (plain !== field) setField(fields, key, plain);
  }
  return fields;
}

/** An assignment, but one that also holds for a field named `__proto__`. */
function setField(fields: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(fields, key, { value, writable: true, enumerable: true, configurable: true });
  else fields[key] = value;
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
