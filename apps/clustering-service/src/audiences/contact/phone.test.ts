import fc from 'fast-check';
import { getCountries, getCountryCallingCode, getExampleNumber, parsePhoneNumberFromString } from 'libphonenumber-js';
import examples from 'libphonenumber-js/mobile/examples';
import { describe, expect, it } from 'vitest';
import { countryCode } from './country-code.js';
import { e164 } from './phone.js';

describe('e164', () => {
  it('writes the numbers of every country as the library does that also tells countries of one calling code apart', () => {
    const countries = getCountries().filter(country => countryCode(country) === country);
    const numbers = countries.flatMap(country => {
      const example = getExampleNumber(country, examples);
      if (!example) return [];
      const texts = [example.formatNational(), example.formatInternational(), example.nationalNumber];
      return texts.map(text => ({ country, text, expected: parsePhoneNumberFromString(text, country) }));
    });
    expect(numbers.length).toBeGreaterThan(700);
    for (const { country, text, expected } of numbers)
      expect(e164(text, country), `${text} in ${country}`).toBe(expected?.isPossible() ? expected.number : '');
  });

  it('changes of a number in digits after a plus what the library changes', () => {
    const codes = [...new Set(getCountries().map(country => getCountryCallingCode(country)))];
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 3, maxLength: 15 });
    fc.assert(
      fc.property(fc.constantFrom(...codes), digits, (code, national) => {
        const text = `+${code}${national}`;
        const expected = parsePhoneNumberFromString(text);
        expect(e164(text, undefined)).toBe(expected?.isPossible() ? expected.number : '');
      }),
      { numRuns: 5000 },
    );
  });
});
