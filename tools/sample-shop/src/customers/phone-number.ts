import type { SeededRandom } from '../random/seeded-random.js';

interface NumberRange {
  readonly forms: readonly string[];
  readonly digits: number;
}

const united: NumberRange = {
  digits: 3,
  forms: ['+44 7700 900#', '07700 900#', '(07700) 900-#', '+447700900#', '0044 7700 900#'],
};

const ranges: Readonly<Record<string, NumberRange>> = {
  Germany: { digits: 3, forms: ['+49 30 23125 #', '030 23125#', '(030) 23125-#', '004930 23125#'] },
  France: { digits: 2, forms: ['+33 6 39 98 00 #', '06 39 98 00 #', '06.39.98.00.#', '+336399800#'] },
  USA: { digits: 2, forms: ['+1 202-555-01#', '(202) 555-01#', '202.555.01#', '1-202-555-01#'] },
  Canada: { digits: 2, forms: ['+1 613-555-01#', '(613) 555-01#', '613.555.01#'] },
  EIRE: { digits: 4, forms: ['+353 20 915 #', '020 915 #', '00353 20 915#'] },
};

/**
 * An invented telephone number, written in one of the ways people write them. All are in ranges that the regulators keep free for fiction
 * (United Kingdom, Germany, France, Ireland, North America's 555-01xx); other countries' customers get a British number in international form.
 */
export function inventedPhone(country: string, random: SeededRandom): string {
  const range = ranges[country] ?? united;
  const forms =
    country in ranges || country === 'United Kingdom' ? range.forms : range.forms.filter(form => form.startsWith('+'));
  const number = random.between(0, 10 ** range.digits - 1);
  return random.pick(forms).replace('#', String(number).padStart(range.digits, '0'));
}
