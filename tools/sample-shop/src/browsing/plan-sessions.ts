import type { Order } from '@laurel/shop';
import { SeededRandom } from '../random/seeded-random.js';
import type { PlannedSession } from './planned-session.js';

const DAY_MS = 24 * 3_600_000;

/** The customers of a plan. `visitors` never buy. */
export interface Visitors {
  readonly customers: readonly string[];
  readonly visitors: readonly string[];
}

/** How much of the orders a shop's analytics sees: the others were placed with tracking refused or blocked, or by phone. */
const TRACKED_SHARE = 0.3;

/** The time the visits fall into. */
export interface Period {
  readonly firstMs: number;
  readonly lastMs: number;
}

/**
 * The visits of the sample's year, in the order in which they end: one for each real order that analytics saw, and some in which nobody buys:
 * up to three for each customer, one to four for each visitor, at any hour from 8 to 22.
 */
export function planSessions(
  orders: readonly Order[],
  who: Visitors,
  period: Period,
  seed: string,
): readonly PlannedSession[] {
  const sessions: PlannedSession[] = orders
    .filter(({ _id }) => new SeededRandom(`${seed}/tracked/${_id}`).chance(TRACKED_SHARE))
    .map(order => ({ customerId: order.customerId, endMs: order.placedAt.getTime(), order }));
  const browse = (customerId: string, fewest: number, most: number): void => {
    const random = new SeededRandom(`${seed}/visits/${customerId}`);
    const visits = random.between(fewest, most);
    for (let visit = 0; visit < visits; visit++) {
      const day = Math.floor((period.firstMs + random.next() * (period.lastMs - period.firstMs)) / DAY_MS) * DAY_MS;
      const endMs = Math.min(day + 8 * 3_600_000 + random.between(0, 14 * 3_600_000), period.lastMs);
      sessions.push({ customerId, endMs, order: undefined });
    }
  };
  for (const customer of who.customers) browse(customer, 0, 3);
  for (const visitor of who.visitors) browse(visitor, 1, 4);
  return sessions.sort(
    (a, b) =>
      a.endMs - b.endMs || compare(a.customerId, b.customerId) || compare(a.order?._id ?? '', b.order?._id ?? ''),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
