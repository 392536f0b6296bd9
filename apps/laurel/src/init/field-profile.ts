import { BSON } from 'mongodb';

/** What a value is, as far as a shop's fields go. */
export type ValueKind =
  'text' | 'whole' | 'fraction' | 'decimal' | 'boolean' | 'date' | 'objectId' | 'uuid' | 'object' | 'list' | 'other';

const MAX_WORDS = 40;
const MAX_WORD_LENGTH = 60;
const MAX_NUMBERS = 500;
const MAX_DEPTH = 5;

/** What is known of a field from a sample of documents. */
export class FieldProfile {
  /** How often it was there and not null. */
  seen = 0;
  readonly kinds = new Map<ValueKind, number>();
  /** The first different short texts (and numbers and booleans as text). */
  readonly words = new Set<string>();
  readonly numbers: number[] = [];
  /** Of a text: how often it read as a date, as a number, as an e-mail address. */
  readonly reads = { date: 0, number: 0, email: 0 };
  /** The fields of the objects it held, or of the objects in its lists. */
  readonly fields = new Map<string, FieldProfile>();
  /** Some of its values as MongoDB holds them. */
  readonly samples: unknown[] = [];

  /** `path` leads from the document, or from the object of a list, to the field. */
  constructor(readonly path: readonly string[] = []) {}

  /** The kind that most of its values are of. */
  get kind(): ValueKind {
    return [...this.kinds].toSorted(([, a], [, b]) => b - a)[0]?.[0] ?? 'other';
  }

  /** The share of its values that are of one of these kinds. */
  share(...kinds: readonly ValueKind[]): number {
    return this.seen === 0 ? 0 : kinds.reduce((sum, kind) => sum + (this.kinds.get(kind) ?? 0), 0) / this.seen;
  }

  /** Every field below it outside of lists, the nearest first. */
  leaves(): FieldProfile[] {
    const below = [...this.fields.values()];
    return [...below, ...below.flatMap(field => (field.kind === 'list' ? [] : field.leaves()))];
  }

  /** Takes a value into account; documents come as MongoDB gives them with `promoteValues: false`. */
  add(value: unknown): void {
    if (value === null || value === undefined) return;
    this.seen++;
    const kind = kindOf(value);
    this.kinds.set(kind, (this.kinds.get(kind) ?? 0) + 1);
    if (kind === 'object') this.addFields(value, this.path);
    else if (Array.isArray(value))
      for (const element of value) if (kindOf(element) === 'object') this.addFields(element, []);
    if (kind !== 'object' && kind !== 'list') this.addScalar(value, kind);
  }

  private addFields(value: unknown, path: readonly string[]): void {
    if (path.length >= MAX_DEPTH || typeof value !== 'object' || value === null) return;
    for (const [name, inner] of Object.entries(value)) {
      if (name === '' || name.includes('.') || name.startsWith('$') || /\s/.test(name[0] ?? '')) continue;
      const field = this.fields.get(name) ?? new FieldProfile([...path, name]);
      this.fields.set(name, field);
      field.add(inner);
    }
  }

  private addScalar(value: unknown, kind: ValueKind): void {
    if (this.samples.length < MAX_WORDS) this.samples.push(value);
    const text = String(value);
    if (kind === 'whole' || kind === 'fraction' || kind === 'decimal') {
      if (this.numbers.length < MAX_NUMBERS) this.numbers.push(Number(text));
    }
    if (kind === 'text') {
      if (/^\d{4}-\d\d-\d\d([T ]\d\d:\d\d|$)/.test(text)) this.reads.date++;
      if (/^[+-]?\d+(\.\d+)?$/.test(text)) this.reads.number++;
      if (/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(text)) this.reads.email++;
    }
    if (kind !== 'date' && text.length <= MAX_WORD_LENGTH && this.words.size < MAX_WORDS) this.words.add(text);
  }
}

function kindOf(value: unknown): ValueKind {
  if (typeof value === 'string') return 'text';
  if (typeof value === 'boolean') return 'boolean';
  if (Array.isArray(value)) return 'list';
  if (value instanceof Date) return 'date';
  if (value instanceof BSON.Int32 || value instanceof BSON.Long) return 'whole';
  if (value instanceof BSON.Double) return Number.isInteger(value.valueOf()) ? 'whole' : 'fraction';
  if (value instanceof BSON.Decimal128) return 'decimal';
  if (value instanceof BSON.ObjectId) return 'objectId';
  if (value instanceof BSON.Binary) return value.sub_type === BSON.Binary.SUBTYPE_UUID ? 'uuid' : 'other';
  return Object.getPrototypeOf(value) === Object.prototype ? 'object' : 'other';
}
