import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDecimal } from './decimal-number.js';

describe('readDecimal', () => {
  it.each([
    ['2.55', 2.55],
    [' 12 ', 12],
    ['-3', -3],
    ['.5', 0.5],
    ['5.', 5],
    ['1e3', 1000],
    [7.25, 7.25],
  ])('reads %j as %d', (text, value) => expect(readDecimal(text)).toBe(value));

  it.each(['', '  ', '£2.55', '1,234.50', '2,55', '0x10', 'Infinity', 'NaN', '1 2', null, NaN, Infinity])(
    'refuses %j',
    value => expect(readDecimal(value)).toBeNaN(),
  );

  it.each([
    ['2,55', 2.55],
    ['-0,5', -0.5],
    ['12', 12],
  ])('reads %j with a decimal comma', (text, value) => expect(readDecimal(text, ',')).toBe(value));

  it('does not take a point for thousands where the comma is the decimal sign', () =>
    expect(readDecimal('1.234', ',')).toBeNaN());

  it('gives back every finite number from its text', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), value => readDecimal(String(value)) === value),
    );
  });
});
