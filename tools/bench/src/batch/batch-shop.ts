import type { AlsRows } from '@laurel/learning/als';
import { ShopState, StateLoader } from '@laurel/recommender/export';

const PRODUCTS_IN_ORDER = 5;
const CATEGORIES = 40;
const PRICES = 100;
const DAY_MS = 86_400_000;
const YEAR_DAYS = 365;

/** Only products up to this price are exported: 95 of 100. */
export const HIGHEST_PRICE = 94;

/** Ids in the order of numbers. */
export function productId(item: number): string {
  return `p${String(item).padStart(6, '0')}`;
}

/** Whether a product can be sold: 19 of 20. */
export function isAvailable(item: number): boolean {
  return item % 20 !== 7;
}

export function priceOf(item: number): number {
  return (item * 37) % PRICES;
}

/** A shop in memory: each pair is an order line, five to an order; every customer has a profile. */
export function batchShop({ rowStarts, columns, values }: AlsRows, products: number): ShopState {
  const nowMs = Date.now();
  const state = new ShopState();
  const loader = new StateLoader(state);
  for (let item = 0; item < products; item++) {
    const id = productId(item);
    const category = `category ${item % CATEGORIES}`;
    const shown = { name: `Product ${item}`, price: priceOf(item), rating: null, imageUrl: null };
    loader.product({ _id: id, category, ...shown, available: isAvailable(item) });
  }
  const tier = { name: 'BRONZE', perks: [], decidedAt: new Date(nowMs) } as const;
  for (let customer = 0; customer < rowStarts.length - 1; customer++) {
    const customerId = `c${String(customer).padStart(7, '0')}`;
    const end = rowStarts[customer + 1] ?? 0;
    for (let from = rowStarts[customer] ?? 0; from < end; from += PRODUCTS_IN_ORDER) {
      const to = Math.min(end, from + PRODUCTS_IN_ORDER);
      const placedAt = new Date(nowMs - ((from * 7919) % YEAR_DAYS) * DAY_MS);
      const productIds = Array.from(columns.subarray(from, to), productId);
      loader.order(`o${from}`, { customerId, placedAt, productIds, quantities: [...values.subarray(from, to)] });
    }
    loader.profile({
      _id: customerId,
      registered: true,
      features: null,
      featuresVersion: 0,
      tier: { ...tier, perks: [] },
    });
  }
  return state;
}
