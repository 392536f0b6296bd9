import { BACKSLASH, QUOTE } from './bytes';

/** Of 16 bytes those that mean something within a JSON string: its end, an escape, or what must be escaped. */
function specials(bytes: v128): i32 {
  const ends = i8x16.eq(bytes, i8x16.splat(QUOTE));
  const escapes = i8x16.eq(bytes, i8x16.splat(BACKSLASH));
  const controls = v128.lt<u8>(bytes, i8x16.splat(0x20));
  return i8x16.bitmask(v128.or(v128.or(ends, escapes), controls));
}

/**
 * The closing quote of the JSON string whose first character is at `at`; 0 where there is none, or an escape of a code unit (`\u`) before it.
 * Reads up to 15 bytes beyond it.
 */
export function textEnd(at: usize): usize {
  while (true) {
    const found = specials(v128.load(at));
    if (found == 0) {
      at += 16;
      continue;
    }
    at += ctz(found);
    const byte = load<u8>(at);
    if (byte == QUOTE) return at;
    if (byte != BACKSLASH || escaped(load<u8>(at + 1)) == 0) return 0;
    at += 2;
  }
}

/** As {@link textEnd}, but 0 also for a string with any escape. */
export function plainTextEnd(at: usize): usize {
  while (true) {
    const found = specials(v128.load(at));
    if (found != 0) {
      at += ctz(found);
      return load<u8>(at) == QUOTE ? at : 0;
    }
    at += 16;
  }
}

/** Where {@link unescape} has ended in its source: at the closing quote. */
export let unescapedFrom: usize = 0;

/**
 * Writes the JSON string whose first character is at `from` to `to`, without its escapes; gives where it ends there, or 0 for what
 * {@link textEnd} does not take. Reads and writes up to 15 bytes more.
 */
export function unescape(from: usize, to: usize): usize {
  while (true) {
    const bytes = v128.load(from);
    v128.store(to, bytes);
    const found = specials(bytes);
    if (found == 0) {
      from += 16;
      to += 16;
      continue;
    }
    const plain = ctz(found);
    from += plain;
    to += plain;
    const byte = load<u8>(from);
    if (byte == QUOTE) {
      unescapedFrom = from;
      return to;
    }
    const meant = byte == BACKSLASH ? escaped(load<u8>(from + 1)) : 0;
    if (meant == 0) return 0;
    store<u8>(to, meant);
    from += 2;
    to += 1;
  }
}

/** What the letter after a backslash stands for; 0 for `\u` and for what is no escape. */
function escaped(letter: u8): u8 {
  switch (letter) {
    case QUOTE:
    case BACKSLASH:
    case 0x2f:
      return letter;
    case 0x62:
      return 0x08;
    case 0x66:
      return 0x0c;
    case 0x6e:
      return 0x0a;
    case 0x72:
      return 0x0d;
    case 0x74:
      return 0x09;
    default:
      return 0;
  }
}

/** Whether the bytes up to `end` are UTF-8. Reads up to 15 bytes beyond them. */
export function isUtf8(at: usize, end: usize): bool {
  while (at < end) {
    const beyondAscii = i8x16.bitmask(v128.load(at));
    if (beyondAscii == 0) {
      at += 16;
      continue;
    }
    at += ctz(beyondAscii);
    if (at >= end) break;
    at = characterEnd(at, end);
    if (at == 0) return false;
  }
  return true;
}

/** Where a character of several bytes ends; 0 where it is none. */
function characterEnd(at: usize, end: usize): usize {
  const first = load<u8>(at);
  const size: usize = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || at + size > end) return 0;
  let code = u32(first) & (0x7f >> u32(size));
  for (let index: usize = 1; index < size; index++) {
    const byte = load<u8>(at + index);
    if ((byte & 0xc0) != 0x80) return 0;
    code = (code << 6) | (byte & 0x3f);
  }
  const isSurrogate = code >> 11 == 0x1b;
  if (size == 3 && (code < 0x800 || isSurrogate)) return 0;
  if (size == 4 && (code < 0x1_0000 || code > 0x10_ffff)) return 0;
  return at + size;
}
