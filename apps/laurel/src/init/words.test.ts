import { describe, expect, it } from 'vitest';
import { nameFit, wordsOf } from './words.js';

describe('the words of a name', () => {
  it.each([
    ['OrderLines', ['order', 'line']],
    ['order_items', ['order', 'item']],
    ['shop.categories', ['shop', 'category']],
    ['SKU', ['sku']],
    ['address1Line', ['address1', 'line']],
    ['status', ['status']],
    ['Umsätze', ['umsätze']],
  ])('of %s', (name, words) => expect(wordsOf(name)).toEqual(words));
});

describe('the fit of a name', () => {
  const customer = ['customer id', 'customer'];
  it('falls from the name itself over nested and spread ones to longer ones, and is none for another', () => {
    const paths = [['customerId'], ['meta', 'customer_id'], ['ref', 'x', 'customerId'], ['legacyCustomerId']];
    const fits = paths.map(path => nameFit(path, customer));
    expect(fits).toEqual(fits.toSorted((a, b) => b - a));
    expect(new Set(fits).size).toBe(paths.length);
    expect(nameFit(['customer', 'id'], customer)).toBeGreaterThan(nameFit(['customer', 'name'], customer));
    expect(nameFit(['total'], customer)).toBe(0);
  });

  it('prefers the likelier of two names, and takes a language for what it translates', () => {
    expect(nameFit(['customerId'], customer)).toBeGreaterThan(nameFit(['customer'], customer));
    expect(nameFit(['title', 'en'], ['title'])).toBeGreaterThan(0.7);
  });
});
