import { expect, test } from 'vitest';
import type { AffinityModel } from '@laurel/learning';
import { PlacedModel } from '../models/placed-model.js';
import { ShopState } from '../read-model/shop-state.js';
import { CustomerHistories } from './customer-histories.js';

const DAY_MS = 86_400_000;
const VERSION = { name: 'product_affinity', version: '1', trainedAt: '2026-03-01T03:00:00.000Z' };
const MODEL: AffinityModel = {
  kind: 'test',
  itemIds: ['a', 'b'],
  score: () => undefined,
  contributions: () => [],
  similar: () => [],
  serialize: () => new Uint8Array(),
};

function shop() {
  const clock = { nowMs: 100 * DAY_MS };
  const state = new ShopState(() => clock.nowMs);
  const [a, b] = [state.catalogue.number('a'), state.catalogue.number('b')];
  const ann = state.customers.add('ann');
  const buy = (id: string, product: number) =>
    state.orders.set(id, { customer: ann, placedAtMs: 0, lines: [{ product, quantity: 1 }] });
  return { clock, state, a, b, ann, buy, histories: new CustomerHistories(state, 2) };
}

test('a history is read once, and anew after every change of orders and recent products', () => {
  const { clock, state, a, b, ann, buy, histories } = shop();
  buy('o1', a);
  const first = histories.of(ann, undefined);
  expect([...first.purchased]).toEqual([a]);
  expect(histories.of(ann, undefined)).toBe(first);
  buy('o2', b);
  expect([...histories.of(ann, undefined).purchased]).toEqual([b, a]);
  state.orders.set('o2', undefined);
  expect([...histories.of(ann, undefined).purchased]).toEqual([a]);
  state.recent.set(ann, [{ product: b, inCart: true, atMs: clock.nowMs }]);
  expect(histories.of(ann, undefined).cart).toEqual([b]);
  state.recent.set(ann, []);
  expect(histories.of(ann, undefined).cart).toEqual([]);
});

test('a cart counts no longer when it is too old, though nothing changed', () => {
  const { clock, state, b, ann, histories } = shop();
  state.recent.set(ann, [{ product: b, inCart: true, atMs: clock.nowMs }]);
  expect(histories.of(ann, undefined)).toMatchObject({ cart: [b], past: [{ kind: 'cart' }] });
  clock.nowMs += 7 * DAY_MS;
  expect(histories.of(ann, undefined)).toMatchObject({ cart: [], past: [{ kind: 'viewed' }] });
  clock.nowMs += 23 * DAY_MS;
  expect(histories.of(ann, undefined)).toMatchObject({ cart: [], past: [] });
});

test('another model knows the history in its own terms', () => {
  const { state, a, ann, buy, histories } = shop();
  buy('o1', a);
  const placed = new PlacedModel(MODEL, VERSION, state.catalogue);
  expect(histories.of(ann, undefined).items).toEqual([]);
  expect(histories.of(ann, placed).items).toEqual([{ item: 0, weight: Math.log1p(1) }]);
});

test('the customers asked about last are held, no more than there is room for', () => {
  const { state, ann, histories } = shop();
  const [bob, cy] = [state.customers.add('bob'), state.customers.add('cy')];
  const first = histories.of(ann, undefined);
  const second = histories.of(bob, undefined);
  histories.of(ann, undefined);
  histories.of(cy, undefined);
  expect(histories.of(ann, undefined)).toBe(first);
  expect(histories.of(bob, undefined)).not.toBe(second);
});
