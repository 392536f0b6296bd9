import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Catalogue } from '../catalogue/catalogue.js';
import { PlacedRules } from '../rules/placed-rules.js';
import { parseRankingRules } from '../rules/ranking-rules.js';
import { arrange } from './arrange.js';
import type { RankedProduct } from './blend.js';
import { weigh } from './weigh.js';

const IDS = [...'abcdefghijkl'];

/** Products a to l; the categories tea (a, d, g, j), mug (b, e, h, k) and tin (c, f, i, l). */
function shopWith(yaml: string) {
  const catalogue = new Catalogue();
  const base = { price: 1, rating: null, imageUrl: null, available: true };
  for (const [at, id] of IDS.entries())
    catalogue.set({ ...base, id, name: id, category: ['tea', 'mug', 'tin'][at % 3] ?? null });
  const rules = new PlacedRules(parseRankingRules(yaml, 'rules'), catalogue);
  const ranked = (ids: string): RankedProduct[] =>
    [...ids].map((id, at) => ({ product: catalogue.number(id), score: 1 - at / 100, source: 'model' }));
  const shown = (ids: string, first: number, allows = (_product: number) => true) => {
    const weighed = weigh(ranked(ids), rules, catalogue.ids);
    const options = { rules, catalogue, list: 'recommendations', first, allows } as const;
    const { list, leftOut } = arrange(weighed, options);
    return {
      ids: list.map(({ product }) => catalogue.ids.id(product)).join(''),
      scores: list.map(({ score }) => score),
      leftOut: leftOut.map(({ product, rule }) => `${catalogue.ids.id(product)} ${rule}`),
    };
  };
  return { catalogue, shown };
}

test.each([
  ['no rule', '', 'abcdef', 3, 'abc'],
  ['a boost', 'boost: [{ categories: [tin], by: 2 }]', 'abcdef', 3, 'cfa'],
  [
    'two boosts of one product',
    'boost: [{ products: [d], by: 1.02 }, { categories: [tea], by: 1.02 }]',
    'abcd',
    4,
    'adbc',
  ],
  ['a margin', 'margin: { weight: 1, categories: { mug: 0.5 }, products: { e: 0 } }', 'abcde', 3, 'bac'],
  ['burying', 'bury: [{ products: [a], categories: [tin] }]', 'abcdef', 6, 'bdeacf'],
  ['a pin from below', 'pin: [{ product: f, place: 2 }]', 'abcdef', 3, 'afb'],
  ['a pin from nowhere', 'pin: [{ product: l, place: 1 }]', 'abc', 3, 'lab'],
  ['a pin beyond the list', 'pin: [{ product: l, place: 4 }]', 'abc', 3, 'abc'],
  ['a pin of another list', 'pin: [{ product: l, place: 1, lists: [trendingProducts] }]', 'abc', 3, 'abc'],
  ['pins of a short list', 'pin: [{ product: l, place: 3 }, { product: k, place: 6 }]', 'a', 6, 'alk'],
  ['never together', 'neverTogether: [[a, b, d]]', 'abcde', 3, 'ace'],
  ['a pin and its rival', '{ neverTogether: [[a, f]], pin: [{ product: f, place: 3 }] }', 'abcdef', 3, 'bcf'],
  ['a cap', 'maxPerCategory: 1', 'adgbc', 3, 'abc'],
  ['a cap when nothing else is left', 'maxPerCategory: 1', 'adgb', 4, 'abdg'],
])('%s', (_, yaml, ranked, first, expected) => {
  expect(shopWith(yaml).shown(ranked, first).ids).toBe(expected);
});

test('what a rule kept out is told', () => {
  const { shown } = shopWith('{ neverTogether: [[a, b]], maxPerCategory: 1 }');
  expect(shown('abdcfe', 2).leftOut).toEqual(['b never together', 'd max per category']);
});

test('a pinned product that may not be shown is not', () => {
  const { catalogue, shown } = shopWith('pin: [{ product: l, place: 1 }]');
  expect(shown('abc', 3, product => product !== catalogue.number('l')).ids).toBe('abc');
});

test('whatever the ranking, a list keeps the rules, repeats no product, and its scores fall and are above 0', () => {
  const { shown } = shopWith(
    '{ neverTogether: [[a, e], [b, f, g]], maxPerCategory: 2, bury: [{ products: [c] }], pin: [{ product: h, place: 2 }], boost: [{ products: [i], by: 3 }] }',
  );
  fc.assert(
    fc.property(fc.shuffledSubarray(IDS), fc.integer({ min: 1, max: 12 }), (ranked, first) => {
      const { ids, scores } = shown(ranked.join(''), first);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.length).toBeLessThanOrEqual(first);
      for (const group of ['ae', 'bfg']) expect([...group].filter(id => ids.includes(id)).length).toBeLessThan(2);
      expect(scores.every((score, at) => score > 0 && score <= (scores[at - 1] ?? Number.POSITIVE_INFINITY))).toBe(
        true,
      );
      if (ids.length > 1 && first > 1) expect(ids[1]).toBe('h');
    }),
  );
});
