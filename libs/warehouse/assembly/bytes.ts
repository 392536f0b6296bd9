// ASCII as JSON uses it.
export const QUOTE: u8 = 0x22;
export const BACKSLASH: u8 = 0x5c;
export const COMMA: u8 = 0x2c;
export const COLON: u8 = 0x3a;
export const MINUS: u8 = 0x2d;
export const POINT: u8 = 0x2e;
export const ZERO: u8 = 0x30;
export const DOLLAR: u8 = 0x24;
export const OPEN_BRACE: u8 = 0x7b;
export const CLOSE_BRACE: u8 = 0x7d;
export const OPEN_BRACKET: u8 = 0x5b;
export const CLOSE_BRACKET: u8 = 0x5d;

/** The end of an ASCII literal that stands at `at`, or 0 where something else does. */
export function after(at: usize, literal: string): usize {
  const length = literal.length;
  for (let index = 0; index < length; index++) {
    if (load<u8>(at + index) != u8(literal.charCodeAt(index))) return 0;
  }
  return at + length;
}

export function isDigit(byte: u8): bool {
  return byte - ZERO < 10;
}

export function areEqual(a: usize, b: usize, length: usize): bool {
  for (let index: usize = 0; index < length; index++) if (load<u8>(a + index) != load<u8>(b + index)) return false;
  return true;
}

/** Copies in steps of 16 bytes: writes, and reads, up to 15 bytes more than asked. */
export function copy(to: usize, from: usize, length: usize): void {
  for (let index: usize = 0; index < length; index += 16) v128.store(to + index, v128.load(from + index));
}
