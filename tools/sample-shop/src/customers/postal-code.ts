import type { SeededRandom } from '../random/seeded-random.js';

const patterns: Readonly<Record<string, readonly string[]>> = {
  'United Kingdom': ['AA9 9AA', 'A9 9AA', 'AA99 9AA'],
  'Channel Islands': ['JE9 9AA', 'GY9 9AA'],
  EIRE: ['A99 A9A9'],
  Netherlands: ['9999 AA'],
  Belgium: ['9999'],
  Switzerland: ['9999'],
  Austria: ['9999'],
  Denmark: ['9999'],
  Norway: ['9999'],
  Cyprus: ['9999'],
  Australia: ['9999'],
  'West Indies': ['9999'],
  Portugal: ['9999-999'],
  Japan: ['999-9999'],
  Sweden: ['999 99'],
  Greece: ['999 99'],
  Poland: ['99-999'],
  Canada: ['A9A 9A9'],
  Brazil: ['99999-999'],
  Iceland: ['999'],
  Bahrain: ['999'],
  Malta: ['AAA 9999'],
  Lithuania: ['LT-99999'],
  Singapore: ['999999'],
};
const digits = ['1', '2', '3', '4', '5', '6', '7', '8', '9'] as const;
const letters = ['A', 'B', 'D', 'E', 'H', 'L', 'N', 'P', 'R', 'S', 'T', 'W'] as const;
const fixedPrefix = /^(?:JE|GY|LT)/;

/** An invented postal code in the form of `country`; five digits where its form is not known. */
export function inventedPostalCode(country: string, random: SeededRandom): string {
  const pattern = random.pick(patterns[country] ?? ['99999']);
  const prefix = fixedPrefix.exec(pattern)?.[0] ?? '';
  let code = prefix;
  for (const sign of pattern.slice(prefix.length))
    code += sign === '9' ? random.pick(digits) : sign === 'A' ? random.pick(letters) : sign;
  return code;
}
