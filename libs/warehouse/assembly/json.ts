import {
  after,
  areEqual,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  copy,
  DOLLAR,
  isDigit,
  MINUS,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  ZERO,
} from './bytes';
import { readDate, writeDate } from './date';
import { numberRead, readNumber, textLength, textStart } from './number';
import {
  ANY,
  BOOLEAN,
  DATE,
  elementOf,
  fieldOf,
  isAllowed,
  isNullable,
  isWithin,
  kindOf,
  LIST,
  MOST_NOTED,
  NUMBER,
  numberOf,
  OBJECT,
  requiredOf,
  shapeOf,
  TEXT,
  WORD,
} from './shape';
import { plainTextEnd, textEnd } from './text';

/** Deeper ones are left to others: WebAssembly's stack is not large. */
const MOST_DEPTH = 40;
const ID_LENGTH: usize = 24;

const anything = memory.data<u32>([ANY, 1]);
/** The names within the objects being read that their shapes do not have, to find one that comes twice: address and length. */
const names = memory.data(8 * 256);
const NAMES_END = names + 8 * 256;
let lastName = names;

/** Where the JSON text written last ends. */
export let writtenTo: usize = 0;

/**
 * Reads a value of canonical Extended JSON at `at` and writes it to `to` as plain JSON; gives where it ends, or 0 where it does not fit `shape`
 * or is nothing for this reader.
 */
export function writePlain(at: usize, shape: usize, to: usize, depth: i32): usize {
  const kind = kindOf(shape);
  switch (load<u8>(at)) {
    case QUOTE: {
      const end = textEnd(at + 1);
      if (end == 0) return 0;
      if (kind == WORD ? !isAllowed(shape, at + 1, end - at - 1) : kind != TEXT && kind != ANY) return 0;
      return written(at, end + 1, to);
    }
    case OPEN_BRACE:
      if (load<u8>(at + 1) == QUOTE && load<u8>(at + 2) == DOLLAR) return writeWrapped(at, kind, shape, to);
      if ((kind != OBJECT && kind != ANY) || depth > MOST_DEPTH) return 0;
      return writeObject(at, shape, to, depth);
    case OPEN_BRACKET:
      if ((kind != LIST && kind != ANY) || depth > MOST_DEPTH) return 0;
      return writeList(at, kind == LIST ? elementOf(shape) : anything, to, depth);
    case 0x6e: {
      const end = after(at, 'null');
      return end == 0 || (kind != ANY && !isNullable(shape)) ? 0 : written(at, end, to);
    }
    default: {
      const end = readBoolean(at);
      return end == 0 || (kind != ANY && kind != BOOLEAN) ? 0 : written(at, end, to);
    }
  }
}

/** Where `true` or `false` ends, or 0. */
export function readBoolean(at: usize): usize {
  const end = after(at, 'true');
  return end != 0 ? end : after(at, 'false');
}

/** The first digit of an id `{"$oid":"65f0c0ffee65f0c0ffee65f0"}`, or 0; it ends 26 bytes later. */
export function readId(at: usize): usize {
  at = after(at, '{"$oid":"');
  if (at == 0) return 0;
  for (let digit: usize = 0; digit < ID_LENGTH; digit++) {
    const byte = load<u8>(at + digit);
    if (!isDigit(byte) && byte - 0x61 > 5) return 0;
  }
  return load<u8>(at + ID_LENGTH) == QUOTE && load<u8>(at + ID_LENGTH + 1) == CLOSE_BRACE ? at : 0;
}

function written(from: usize, end: usize, to: usize): usize {
  copy(to, from, end - from);
  writtenTo = to + end - from;
  return end;
}

function writeWrapped(at: usize, kind: u32, shape: usize, to: usize): usize {
  const id = readId(at);
  if (id != 0) {
    if (kind != TEXT && kind != ANY) return 0;
    written(id - 1, id + ID_LENGTH + 1, to);
    return id + ID_LENGTH + 2;
  }
  const dateEnd = readDate(at);
  if (dateEnd != 0) {
    if (kind != DATE && kind != ANY) return 0;
    writtenTo = writeDate(to);
    return dateEnd;
  }
  const end = readNumber(at);
  if (end == 0 || (kind == NUMBER ? !isWithin(shape, numberRead) : kind != ANY)) return 0;
  written(textStart, textStart + textLength, to);
  return end;
}

function writeList(at: usize, element: usize, to: usize, depth: i32): usize {
  store<u8>(to, OPEN_BRACKET);
  writtenTo = to + 1;
  if (load<u8>(++at) == CLOSE_BRACKET) return closed(at, CLOSE_BRACKET);
  while (true) {
    at = writePlain(at, element, writtenTo, depth + 1);
    if (at == 0) return 0;
    const byte = load<u8>(at);
    if (byte == CLOSE_BRACKET) return closed(at, CLOSE_BRACKET);
    if (byte != COMMA) return 0;
    store<u8>(writtenTo, COMMA);
    writtenTo++;
    at++;
  }
}

function writeObject(at: usize, shape: usize, to: usize, depth: i32): usize {
  const hasShape = kindOf(shape) == OBJECT;
  const firstName = lastName;
  let seen: u64 = 0;
  store<u8>(to, OPEN_BRACE);
  writtenTo = to + 1;
  let byte = load<u8>(++at);
  if (byte == CLOSE_BRACE) return hasShape && requiredOf(shape) != 0 ? 0 : closed(at, CLOSE_BRACE);
  while (true) {
    const end = nameEnd(at);
    if (end == 0) return 0;
    const field = hasShape ? fieldOf(shape, at + 1, end - at - 1) : 0;
    if (field != 0) {
      const bit: u64 = 1 << u64(numberOf(field));
      if (numberOf(field) >= MOST_NOTED || (seen & bit) != 0) return 0;
      seen |= bit;
    } else if (!noteName(firstName, at + 1, end - at - 1)) return 0;
    written(at, end + 2, writtenTo);
    at = writePlain(end + 2, field != 0 ? shapeOf(field) : anything, writtenTo, depth + 1);
    if (at == 0) return 0;
    byte = load<u8>(at);
    if (byte == CLOSE_BRACE) break;
    if (byte != COMMA) return 0;
    store<u8>(writtenTo, COMMA);
    writtenTo++;
    at++;
  }
  lastName = firstName;
  if (hasShape && (seen & requiredOf(shape)) != requiredOf(shape)) return 0;
  return closed(at, CLOSE_BRACE);
}

function closed(at: usize, bracket: u8): usize {
  store<u8>(writtenTo, bracket);
  writtenTo++;
  return at + 1;
}

/** Begins the names anew: after a value that was not read to its end some are left. */
export function forgetNames(): void {
  lastName = names;
}

/** False where the object has the name already, or names are too many. */
function noteName(firstName: usize, name: usize, length: usize): bool {
  for (let noted = firstName; noted < lastName; noted += 8) {
    if (usize(load<u32>(noted + 4)) == length && areEqual(load<u32>(noted), name, length)) return false;
  }
  if (lastName == NAMES_END) return false;
  store<u32>(lastName, u32(name));
  store<u32>(lastName + 4, u32(length));
  lastName += 8;
  return true;
}

/** The closing quote of a field's name, its opening one at `at`; 0 where a colon does not follow, or the name means something to JavaScript or MongoDB. */
export function nameEnd(at: usize): usize {
  if (load<u8>(at) != QUOTE || load<u8>(at + 1) == DOLLAR) return 0;
  const end = plainTextEnd(at + 1);
  if (end == 0 || load<u8>(end + 1) != COLON || after(at + 1, '__proto__') == end) return 0;
  return end;
}

/** Where a plain JSON value ends, of those that the envelope has: no fractions, no white space; else 0. */
export function skipValue(at: usize, depth: i32): usize {
  const byte = load<u8>(at);
  if (byte == QUOTE) {
    const end = textEnd(at + 1);
    return end == 0 ? 0 : end + 1;
  }
  if (byte == OPEN_BRACE || byte == OPEN_BRACKET)
    return depth > MOST_DEPTH ? 0 : skipItems(at, byte == OPEN_BRACE, depth);
  if (byte == 0x6e) return after(at, 'null');
  const end = readBoolean(at);
  return end != 0 ? end : skipInteger(at);
}

function skipItems(at: usize, isObject: bool, depth: i32): usize {
  const closing = isObject ? CLOSE_BRACE : CLOSE_BRACKET;
  if (load<u8>(++at) == closing) return at + 1;
  while (true) {
    if (isObject) {
      const end = nameEnd(at);
      if (end == 0) return 0;
      at = end + 2;
    }
    at = skipValue(at, depth + 1);
    if (at == 0) return 0;
    const byte = load<u8>(at++);
    if (byte == closing) return at;
    if (byte != COMMA) return 0;
  }
}

function skipInteger(at: usize): usize {
  if (load<u8>(at) == MINUS) at++;
  const first = at;
  while (isDigit(load<u8>(at))) at++;
  return at == first || (at > first + 1 && load<u8>(first) == ZERO) ? 0 : at;
}
