import { expect, test } from 'vitest';
import { afterProfileNews, type ProfileNews } from './profile-news.js';

const FEATURES = { sessionCount: 1, totalTimeSpendByUserInMsec: 2, averageOrderValue: 3, noOfOrders: 4 };
const features = (version: number, noOfOrders = 4): ProfileNews => ({
  about: 'features',
  news: { customerId: 'ann', version, features: { ...FEATURES, noOfOrders } },
});
const tier = (name: 'GOLD' | 'SILVER', day: number): ProfileNews => ({
  about: 'tier',
  news: { customerId: 'ann', tier: { name, perks: [], decidedAt: new Date(Date.UTC(2026, 0, day)) } },
});
const customer = (registered: boolean): ProfileNews => ({ about: 'customer', id: 'ann', registered });

test('an older version of features and an older decision on the tier change nothing', () => {
  const profile = afterProfileNews(undefined, [features(5, 9), features(4, 1), tier('GOLD', 2), tier('SILVER', 1)]);
  expect(profile?.features?.noOfOrders).toBe(9);
  expect(profile?.tier?.name).toBe('GOLD');
});

test('a customer whose document is deleted is forgotten at once', () => {
  expect(afterProfileNews(undefined, [customer(true), features(1), tier('GOLD', 1), customer(false)])).toBeUndefined();
});

test('a registered customer without features is known', () => {
  expect(afterProfileNews(undefined, [customer(true)])).toMatchObject({ registered: true, features: null, tier: null });
});

test('someone known by features only is gone when these are', () => {
  expect(
    afterProfileNews(undefined, [
      features(1),
      { about: 'features', news: { customerId: 'ann', features: null, version: 0 } },
    ]),
  ).toBeUndefined();
});
