import { after, CLOSE_BRACE, isDigit, MINUS, POINT, QUOTE, ZERO } from './bytes';
import { plainTextEnd } from './text';

/** What a double holds for certain; of whole numbers it holds one digit more up to {@link MOST_SAFE}. */
const MOST_DIGITS: usize = 15;
const MOST_SAFE: f64 = 9_007_199_254_740_991;
/** Below it JavaScript writes a number with an exponent. */
const LEAST_PLAIN: f64 = 1e-6;
const POWERS = memory.data<f64>([1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15]);

/** The number of a text, by JavaScript itself; NaN where JavaScript would write it otherwise. */
declare function numberOf(at: usize, length: usize): f64;

// The number read last, and where its shortest text stands.
export let numberRead: f64 = 0;
export let textStart: usize = 0;
export let textLength: usize = 0;
/** Whether it is digits · 10^-decimals, but for its sign. */
let isShort: bool = false;
let digits: u64 = 0;
let decimals: usize = 0;

/** Reads `{"$numberInt":"6"}`, or a long or a double; gives where it ends, or 0. */
export function readNumber(at: usize): usize {
  at = after(at, '{"$number');
  if (at == 0) return 0;
  textStart = after(at, 'Int":"');
  const isLong = textStart == 0;
  if (isLong) textStart = after(at, 'Long":"');
  if (textStart == 0) textStart = after(at, 'Double":"');
  if (textStart == 0) return 0;
  let end = shortEnd(textStart);
  isShort = end != 0;
  if (!isShort) {
    end = plainTextEnd(textStart);
    if (end == 0) return 0;
    textLength = end - textStart;
    numberRead = numberOf(textStart, textLength);
    if (numberRead != numberRead || (isLong && abs(numberRead) > MOST_SAFE)) return 0;
  }
  return load<u8>(end) == QUOTE && load<u8>(end + 1) == CLOSE_BRACE ? end + 2 : 0;
}

/** Reads a number of few digits, one division of exact operands rounds once; gives where it ends, or 0 for any other. */
function shortEnd(at: usize): usize {
  const isNegative = load<u8>(at) == MINUS;
  const first = isNegative ? at + 1 : at;
  digits = 0;
  decimals = 0;
  at = first;
  for (let byte = load<u8>(at); isDigit(byte); byte = load<u8>(++at)) digits = digits * 10 + (byte - ZERO);
  let count = at - first;
  if (count == 0 || count > MOST_DIGITS + 1 || (count > 1 && load<u8>(first) == ZERO)) return 0;
  textLength = at - textStart;
  if (load<u8>(at) == POINT) {
    if (load<u8>(at + 1) == ZERO && !isDigit(load<u8>(at + 2))) {
      at += 2;
    } else {
      const point = at++;
      for (let byte = load<u8>(at); isDigit(byte); byte = load<u8>(++at)) digits = digits * 10 + (byte - ZERO);
      decimals = at - point - 1;
      count += decimals;
      if (decimals == 0 || count > MOST_DIGITS || load<u8>(at - 1) == ZERO) return 0;
      textLength = at - textStart;
    }
  }
  if ((digits == 0 && isNegative) || digits > u64(MOST_SAFE)) return 0;
  const magnitude = f64(digits) / load<f64>(POWERS + (decimals << 3));
  if (digits != 0 && magnitude < LEAST_PLAIN) return 0;
  numberRead = isNegative ? -magnitude : magnitude;
  return at;
}

/** Whether the number read last is whole, and so near to 0 that each whole number is a double of its own. */
export function isSafeInteger(): bool {
  return numberRead == floor(numberRead) && abs(numberRead) <= MOST_SAFE;
}

/** The number read last as billionths, to 64 bits; more are only the sign. */
export let billionths: u64 = 0;

/** False where the number read last has more than 9 decimals, or 10^10 or more. */
export function toBillionths(): bool {
  if (!isShort || decimals > 9 || abs(numberRead) >= 1e10) return false;
  billionths = digits * u64(load<f64>(POWERS + ((9 - decimals) << 3)));
  if (numberRead < 0) billionths = -billionths;
  return true;
}
