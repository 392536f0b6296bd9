import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Money, MoneyError } from './money.js';

const units = fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n });

describe('Money.of', () => {
  it.each<[number | string, bigint]>([
    [2.55, 2_550_000_000n],
    ['2.55', 2_550_000_000n],
    [-0.01, -10_000_000n],
    [0, 0n],
    [-0, 0n],
    ['+5.', 5_000_000_000n],
    ['.5', 500_000_000n],
    [1e-9, 1n],
    [5e-10, 1n],
    [-5e-10, -1n],
    [4.9e-10, 0n],
    ['0.0000000005', 1n],
    [1e21, 10n ** 30n],
    ['1.5E3', 1_500_000_000_000n],
    [0.1 + 0.2, 300_000_000n],
    ['99999999999999999999999999999.999999999', 10n ** 38n - 1n],
  ])('%s is %s billionths', (value, expected) => {
    expect(Money.of(value)).toBe(expected);
  });

  it.each([
    '',
    '.',
    '-',
    'abc',
    '1,50',
    '1 000',
    ' 1',
    '0x10',
    'NaN',
    '1e999999999',
    '1e30',
    '99999999999999999999999999999.9999999995',
  ])('refuses %j and shows it', text => {
    expect(() => Money.of(text)).toThrow(MoneyError);
    expect(() => Money.of(text)).toThrow(JSON.stringify(text));
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 1e300])('refuses the number %d', value => {
    expect(() => Money.of(value)).toThrow(`${value} is no amount`);
  });

  it('reads what it writes', () => {
    fc.assert(
      fc.property(units, amount => {
        expect(Money.of(Money.toString(amount))).toBe(amount);
      }),
    );
  });

  it('mirrors at zero', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e11, noNaN: true }), value => {
        expect(Money.of(-value)).toBe(-Money.of(value));
      }),
    );
  });
});

describe('Money.times', () => {
  it('adds up to what whole quantities of a price cost', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -(10 ** 11), max: 10 ** 11 }),
        fc.integer({ min: 1, max: 50 }),
        (cents, quantity) => {
          const price = BigInt(cents) * 10_000_000n;
          const sum = Array.from({ length: quantity }, () => price).reduce((total, one) => total + one, 0n);
          expect(Money.times(price, Money.of(quantity))).toBe(sum);
        },
      ),
    );
  });

  it('rounds half away from zero', () => {
    expect(Money.times(1n, Money.of(0.5))).toBe(1n);
    expect(Money.times(-1n, Money.of(0.5))).toBe(-1n);
    expect(Money.times(1n, Money.of(0.4))).toBe(0n);
  });
});

describe('Money.toString', () => {
  it.each<[bigint, string]>([
    [0n, '0'],
    [19_500_000_000n, '19.5'],
    [-1n, '-0.000000001'],
    [1_000_000_000n, '1'],
  ])('of %s is %s', (amount, text) => {
    expect(Money.toString(amount)).toBe(text);
  });
});

describe('Money.toNumber', () => {
  it('gives back a number of up to nine decimals', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -(10 ** 15), max: 10 ** 15 }),
        fc.integer({ min: 0, max: 6 }),
        (whole, decimals) => {
          const value = Number(`${whole}e-${decimals}`);
          fc.pre(Math.abs(value) < 9_007_199);
          expect(Money.toNumber(Money.of(value))).toBe(value);
        },
      ),
    );
  });
});
