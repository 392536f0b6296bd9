import { areEqual } from './bytes';

// Kinds of values. A shape is written by shape-code.ts: u32 words, the kind first.
export const ANY: u32 = 0;
export const TEXT: u32 = 1;
export const WORD: u32 = 2;
export const NUMBER: u32 = 3;
export const BOOLEAN: u32 = 4;
export const DATE: u32 = 5;
export const LIST: u32 = 6;
export const OBJECT: u32 = 7;

/** Fields beyond so many are not kept account of; a document may not have them twice, nor need them. */
export const MOST_NOTED: u32 = 64;
const MOST_SAFE: f64 = 9_007_199_254_740_991;
const FIELDS_AT = 24;
const FIELD_BYTES = 20;

/** What a value may be: a kind, and whether null will do. */
export function kindOf(shape: usize): u32 {
  return load<u32>(shape);
}

export function isNullable(shape: usize): bool {
  return load<u32>(shape + 4) != 0;
}

/** The shape of a list's elements. */
export function elementOf(list: usize): usize {
  return load<u32>(list + 8);
}

/** Whether a text is one of the words that are allowed. */
export function isAllowed(shape: usize, text: usize, length: usize): bool {
  let word = shape + 12;
  for (let left = load<u32>(shape + 8); left > 0; left--) {
    const wordLength: usize = load<u32>(word + 4);
    if (wordLength == length && areEqual(load<u32>(word), text, length)) return true;
    word += 8;
  }
  return false;
}

/** Whether a number is within bounds, and whole where it must be. */
export function isWithin(shape: usize, value: f64): bool {
  if (load<u32>(shape + 8) != 0 && (value != floor(value) || abs(value) > MOST_SAFE)) return false;
  const least = load<f64>(shape + 16);
  const most = load<f64>(shape + 24);
  const strict = load<u32>(shape + 12);
  return (strict & 1 ? value > least : value >= least) && (strict & 2 ? value < most : value <= most);
}

/** The fields that an object must have, a bit for each by its number. */
export function requiredOf(object: usize): u64 {
  return load<u64>(object + 16);
}

/** The field of an object's shape with this name, or 0. Documents have their fields in much the same order: the search begins after the last found. */
export function fieldOf(object: usize, name: usize, length: usize): usize {
  const count = load<u32>(object + 8);
  let number = load<u32>(object + 12);
  for (let left = count; left > 0; left--) {
    if (number >= count) number = 0;
    const field = object + FIELDS_AT + usize(number) * FIELD_BYTES;
    number++;
    if (usize(load<u32>(field + 4)) == length && areEqual(load<u32>(field), name, length)) {
      store<u32>(object + 12, number);
      return field;
    }
  }
  return 0;
}

export function shapeOf(field: usize): usize {
  return load<u32>(field + 8);
}

/** A field's number among those of its object. */
export function numberOf(field: usize): u32 {
  return load<u32>(field + 12);
}

/** The column that a field of the document is kept in. */
export function columnOf(field: usize): u32 {
  return load<u32>(field + 16);
}
