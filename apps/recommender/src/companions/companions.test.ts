import { expect, test } from 'vitest';
import { ShopState } from '../read-model/shop-state.js';

function shop(): {
  state: ShopState;
  tick: (ms: number) => void;
  order: (id: string, ...products: string[]) => void;
  number: (id: string) => number;
} {
  let now = Date.parse('2026-03-01T12:00:00Z');
  const state = new ShopState(() => now);
  const number = (id: string) => state.catalogue.number(id);
  return {
    state,
    number,
    tick: ms => void (now += ms),
    order: (id, ...products) =>
      state.orders.set(
        id,
        products.length === 0
          ? undefined
          : {
              customer: 0,
              placedAtMs: now,
              lines: products.map(product => ({ product: number(product), quantity: 1 })),
            },
      ),
  };
}

const names = (state: ShopState, product: number) => {
  const { products, counts } = state.coPurchases.of(product);
  return Array.from(products, (other, at) => `${state.catalogue.ids.id(other)}:${counts[at]}`);
};

test('companions are counted by orders, most frequent first, ties by id', () => {
  const { state, order, number } = shop();
  order('o1', 'tea', 'pot', 'cup');
  order('o2', 'tea', 'cup');
  order('o3', 'pot', 'lid');
  order('o4', 'tea', 'bag');
  expect(names(state, number('tea'))).toEqual(['cup:2', 'bag:1', 'pot:1']);
});

test('a cancelled order no longer counts, a second later at most', () => {
  const { state, order, number, tick } = shop();
  order('o1', 'tea', 'pot');
  order('o2', 'tea', 'cup');
  expect(names(state, number('tea'))).toEqual(['cup:1', 'pot:1']);
  order('o1');
  tick(1000);
  expect(names(state, number('tea'))).toEqual(['cup:1']);
});

test('strength grows with common orders and falls with how common the other product is anyway', () => {
  const { state, order, number } = shop();
  for (let at = 0; at < 10; at++) order(`common${at}`, 'bag', ...(at < 3 ? ['tea'] : []));
  for (let at = 0; at < 3; at++) order(`rare${at}`, 'tea', 'pot');
  const { coPurchases } = state;
  expect(coPurchases.strength(3, number('tea'), number('pot'))).toBeGreaterThan(
    coPurchases.strength(3, number('tea'), number('bag')),
  );
  expect(coPurchases.strength(2, number('tea'), number('pot'))).toBeLessThan(
    coPurchases.strength(3, number('tea'), number('pot')),
  );
  expect(coPurchases.strength(3, number('tea'), number('pot'))).toBeLessThanOrEqual(1);
});
