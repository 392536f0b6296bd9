import { describe, expect, it } from 'vitest';
import { chooseProductName, tidyName } from './product-name.js';

describe('chooseProductName', () => {
  it.each([
    ['the most frequent', { 'RED MUG': 2, 'MUG, RED': 5 }, 'MUG, RED'],
    ['spellings that differ in blanks count together', { 'RED  MUG': 2, ' RED MUG': 2, 'MUG RED': 3 }, 'RED MUG'],
    ['stand-ins for no name do not count', { nan: 9, '?': 9, '': 9, 'RED MUG': 1 }, 'RED MUG'],
    ['a tie goes to the one without a question mark', { 'A MUG?': 2, 'B MUG': 2 }, 'B MUG'],
    ['then to the first in the alphabet', { 'B MUG': 2, 'A MUG': 2 }, 'A MUG'],
    ['none is usable', { nan: 3, '??': 1 }, undefined],
  ])('%s', (_, counts, name) => {
    expect(chooseProductName(Object.entries(counts).map(([spelling, count]) => ({ name: spelling, count })))).toBe(
      name,
    );
  });

  it('leaves no blanks around or doubled', () =>
    expect(tidyName('  WHITE \t CHERRY  LIGHTS ')).toBe('WHITE CHERRY LIGHTS'));
});
