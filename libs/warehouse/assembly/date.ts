import { after, CLOSE_BRACE, ZERO } from './bytes';
import { isSafeInteger, numberRead, readNumber } from './number';

const DAY_MS: i64 = 86_400_000;
/** Years 1 to 9999; others are written with a sign. */
const FIRST_MS: i64 = -62_135_596_800_000;
const LAST_MS: i64 = 253_402_300_799_999;

/** The date read last, in milliseconds since 1970. */
export let dateRead: i64 = 0;

/** Reads `{"$date":{"$numberLong":"0"}}`; gives where it ends, or 0. */
export function readDate(at: usize): usize {
  at = after(at, '{"$date":');
  if (at == 0 || after(at, '{"$numberLong":') == 0) return 0;
  at = readNumber(at);
  if (at == 0 || !isSafeInteger() || load<u8>(at) != CLOSE_BRACE) return 0;
  dateRead = i64(numberRead);
  return dateRead < FIRST_MS || dateRead > LAST_MS ? 0 : at + 1;
}

/**
 * Writes the date read last as `"2026-03-01T10:00:00.123Z"`, with its quotes; gives where it ends.
 *
 * @see https://howardhinnant.github.io/date_algorithms.html#civil_from_days
 */
export function writeDate(to: usize): usize {
  let days = dateRead / DAY_MS;
  if (dateRead % DAY_MS < 0) days--;
  const ms = u32(dateRead - days * DAY_MS);
  const shifted = u32(days + 719_468);
  const era = shifted / 146_097;
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
  const dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
  const shiftedMonth = (5 * dayOfYear + 2) / 153;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  to = writeDigits(separated(to, 0x22), year, 4);
  to = writeDigits(separated(to, 0x2d), month, 2);
  to = writeDigits(separated(to, 0x2d), dayOfYear - (153 * shiftedMonth + 2) / 5 + 1, 2);
  to = writeDigits(separated(to, 0x54), ms / 3_600_000, 2);
  to = writeDigits(separated(to, 0x3a), (ms / 60_000) % 60, 2);
  to = writeDigits(separated(to, 0x3a), (ms / 1000) % 60, 2);
  to = writeDigits(separated(to, 0x2e), ms % 1000, 3);
  return separated(separated(to, 0x5a), 0x22);
}

function separated(to: usize, separator: u8): usize {
  store<u8>(to, separator);
  return to + 1;
}

function writeDigits(to: usize, value: u32, count: usize): usize {
  for (let at = to + count; at > to; value /= 10) store<u8>(--at, ZERO + u8(value % 10));
  return to + count;
}
