import { SettingsError } from '@laurel/service';
import { expect, test } from 'vitest';
import { NO_RULES, parseRankingRules, readRankingRules } from './ranking-rules.js';

const problemOf = (text: string): string => {
  try {
    parseRankingRules(text, 'recommender.yaml');
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
  return '';
};

test('every rule can be written in YAML', () => {
  const rules = parseRankingRules(
    `
boost: [{ categories: [tea], by: 1.5 }]
bury: [{ products: [old] }]
pin: [{ product: new, place: 1, lists: [trendingProducts] }]
neverTogether: [[a, b]]
maxPerCategory: 2
margin: { weight: 0.5, categories: { tea: 0.4 } }
tierOnly: [{ products: [club], tiers: [GOLD, PLATINUM] }]
earlyAccess: [{ categories: [autumn], tiers: [PLATINUM], until: "2026-09-01T00:00:00Z" }]
`,
    'recommender.yaml',
  );
  expect(rules).toMatchObject({
    pin: [{ product: 'new', place: 1, lists: ['trendingProducts'] }],
    margin: { weight: 0.5, categories: { tea: 0.4 }, products: {} },
    earlyAccess: [{ until: new Date('2026-09-01T00:00:00Z') }],
  });
  expect(parseRankingRules('', 'recommender.yaml')).toEqual(NO_RULES);
});

test.each([
  ['boost: [{ categories: [tea], by: -1 }]', 'recommender.yaml: boost[0].by is not usable'],
  ['boost: [{ by: 2 }]', 'boost[0] is not usable. products, categories or both must be named'],
  ['pin: [{ product: a, place: 1, lists: [home] }]', 'pin[0].lists[0] is not usable'],
  ['neverTogether: [[a]]', 'neverTogether[0] is not usable'],
  ['tierOnly: [{ products: [a], tiers: [DIAMOND] }]', 'tierOnly[0].tiers[0] is not usable'],
  ['earlyAccess: [{ products: [a], tiers: [GOLD], until: soon }]', 'earlyAccess[0].until is not usable'],
  ['promote: []', 'what it holds is not usable'],
  ['boost: [', 'recommender.yaml is no YAML'],
])('%s is refused by name', (text, problem) => {
  expect(problemOf(text)).toContain(problem);
});

test('a file that was named must be there; the usual one need not', () => {
  const rulesFile = '/nowhere/recommender.yaml';
  expect(readRankingRules({ rulesFile, rulesGiven: false })).toBe(NO_RULES);
  expect(() => readRankingRules({ rulesFile, rulesGiven: true })).toThrow(/RECOMMENDER_RULES.*a file that is there/);
});
