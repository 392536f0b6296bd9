import { Random, type OrderLine } from '@laurel/learning';

/** What a simulated shop is like. */
export interface ShopShape {
  readonly customers: number;
  readonly products: number;
  readonly departments: number;
  /** Mean orders of a customer within the year, and products of an order. */
  readonly ordersPerCustomer: number;
  readonly productsPerOrder: number;
  /** Share of products that are chosen since another in the basket goes with them. */
  readonly complements: number;
  /** How strongly demand moves with the season: 0 not at all, 2 by a factor of about 50 between its ends. */
  readonly seasons: number;
  readonly seed: number;
}

/** Shops that differ in what there is to find out about them. Nothing in Laurel was tuned to any of them. */
export const SIMULATED_SHOPS: Readonly<Record<string, ShopShape>> = {
  plain: shape({ seed: 11 }),
  seasonal: shape({ seasons: 2, seed: 12 }),
  sparse: shape({
    customers: 6000,
    products: 5000,
    departments: 60,
    ordersPerCustomer: 3,
    productsPerOrder: 3,
    seed: 13,
  }),
  baskets: shape({ customers: 3000, products: 800, productsPerOrder: 12, complements: 0.6, seasons: 0.5, seed: 14 }),
};

const STYLES = 6;
const YEAR_MS = 365 * 86_400_000;
const COMPANIONS = 4;

/**
 * A year of orders, from a seed. Products differ in popularity, department, style, season and in what goes with them; customers in
 * the departments they visit, in style and in how often they order. A product is chosen by all of that at once, or as the companion of
 * one that lies in the basket.
 */
export function* simulateShop(shop: ShopShape): Generator<OrderLine> {
  const random = new Random(shop.seed);
  const products = Array.from({ length: shop.products }, (_, rank) => ({
    popularity: -0.8 * Math.log(rank + 10),
    department: random.nextInt(shop.departments),
    style: Array.from({ length: STYLES }, () => random.nextNormal()),
    peak: random.next(),
    companions: Array.from({ length: COMPANIONS }, () => random.nextInt(shop.products)),
  }));
  for (let customer = 0; customer < shop.customers; customer++) {
    const visited = new Set(Array.from({ length: 1 + random.nextInt(4) }, () => random.nextInt(shop.departments)));
    const style = Array.from({ length: STYLES }, () => 0.5 * random.nextNormal());
    const liking = products.map(
      ({ popularity, department, style: own }) =>
        popularity +
        (visited.has(department) ? 2.5 : 0) +
        own.reduce((sum, value, at) => sum + value * (style[at] ?? 0), 0),
    );
    const orders = 1 + Math.floor(-Math.log(1 - random.next()) * (shop.ordersPerCustomer - 0.5));
    for (let order = 0; order < orders; order++) {
      const at = random.next();
      const seasonal = products.map(({ peak }) => shop.seasons * Math.cos(2 * Math.PI * (at - peak)));
      const upTo = cumulative(liking, seasonal);
      const basket: number[] = [];
      const lines = 1 + Math.floor(-Math.log(1 - random.next()) * (shop.productsPerOrder - 0.5));
      for (let line = 0; line < lines; line++) {
        const companion = basket.length > 0 && random.next() < shop.complements;
        const beside = companion ? products[basket[random.nextInt(basket.length)] ?? 0] : undefined;
        basket.push(beside?.companions[random.nextInt(COMPANIONS)] ?? drawn(upTo, random.next()));
      }
      for (const product of basket) {
        yield {
          customerId: `c${customer}`,
          orderId: `c${customer}-${order}`,
          orderedAtMs: Math.floor(at * YEAR_MS),
          productId: `p${product}`,
          quantity: 1 + Math.floor(-2 * Math.log(1 - random.next())),
        };
      }
    }
  }
}

function shape(changes: Partial<ShopShape> & Pick<ShopShape, 'seed'>): ShopShape {
  return {
    customers: 4000,
    products: 1500,
    departments: 25,
    ordersPerCustomer: 6,
    productsPerOrder: 5,
    complements: 0.2,
    seasons: 0,
    ...changes,
  };
}

function cumulative(liking: readonly number[], seasonal: readonly number[]): Float64Array {
  const upTo = new Float64Array(liking.length);
  let sum = 0;
  liking.forEach((value, product) => {
    sum += Math.exp(value + (seasonal[product] ?? 0));
    upTo[product] = sum;
  });
  return upTo;
}

function drawn(upTo: Float64Array, share: number): number {
  const target = share * (upTo.at(-1) ?? 0);
  let low = 0;
  let high = upTo.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((upTo[middle] ?? 0) > target) high = middle;
    else low = middle + 1;
  }
  return low;
}
