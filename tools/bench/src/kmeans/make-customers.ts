import { Standardiser, Random } from '@laurel/learning';

/** Features of a customer. */
export const FEATURES = 4;

/**
 * Customers as in a shop, from a seed: four levels of custom, half of the customers on the lowest; average order value,
 * orders, sessions and time in them grow with the level, with much spread. log1p and standardised, as tiers are trained.
 */
export function makeCustomers(count: number): Float64Array {
  const random = new Random(1);
  const raw = new Float64Array(count * FEATURES);
  for (let at = 0; at < raw.length; at += FEATURES) {
    const share = random.next();
    const level = share < 0.5 ? 0 : share < 0.8 ? 1 : share < 0.95 ? 2 : 3;
    const orders = Math.floor(1 + Math.exp(0.2 + 0.8 * level + 0.5 * random.nextNormal()));
    const sessions = Math.floor(orders * (1.5 + 2 * random.next()) + 5 * random.next());
    raw[at] = Math.exp(2.5 + 0.7 * level + 0.6 * random.nextNormal());
    raw[at + 1] = orders;
    raw[at + 2] = sessions;
    raw[at + 3] = sessions * 60_000 * Math.exp(0.5 + 0.8 * random.nextNormal());
  }
  return Standardiser.fit(raw, FEATURES).transform(raw);
}
