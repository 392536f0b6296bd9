import type { SimulatedCustomer, SimulatedDay } from '@laurel/clustering-service';
import type { SampleYear } from '@laurel/sample-shop';
import { countedOrder, engagementTimeMsecOf, eventTimeOf, Money, sessionIdOf } from '@laurel/shop';

const DAY_MS = 86_400_000;
const MONTHS = 12;
const DAYS = 365;

/** What one customer did, each in time. */
interface Doings {
  orders: { atMs: number; value: number }[];
  events: { atMs: number; sessionId: string | undefined; engagementMsec: number }[];
}

/** A year of a shop, day by day: everybody known by then, with their features over the window; a month end every twelfth of it. */
export function* shopDays(year: SampleYear, windowDays: number): Generator<SimulatedDay> {
  const customers = doingsOf(year);
  const firstMs = Math.min(...Array.from(customers.values(), ({ orders }) => orders[0]?.atMs ?? Infinity));
  let month = 0;
  for (let day = 1; day <= DAYS; day++) {
    const at = new Date(firstMs + day * DAY_MS);
    const monthEnd = day >= ((month + 1) * DAYS) / MONTHS;
    if (monthEnd) month++;
    yield {
      at,
      monthEnd,
      customers: Array.from(customers, entry => customerAt(entry, at.getTime(), windowDays)).flat(),
    };
  }
}

function doingsOf(year: SampleYear): Map<string, Doings> {
  const customers = new Map<string, Doings>();
  const of = (id: string): Doings => {
    const doings = customers.get(id) ?? { orders: [], events: [] };
    customers.set(id, doings);
    return doings;
  };
  for (const order of year.orders) {
    const counted = countedOrder({ transactionId: order._id, document: order, purchases: [] });
    if (!counted) continue;
    of(counted.customerId).orders.push({ atMs: counted.placedAt.getTime(), value: Money.toNumber(counted.value) });
  }
  for (const event of [...year.visits()].flat()) {
    of(event.user_pseudo_id).events.push({
      atMs: eventTimeOf(event).getTime(),
      sessionId: sessionIdOf(event),
      engagementMsec: engagementTimeMsecOf(event),
    });
  }
  for (const { orders } of customers.values()) orders.sort((a, b) => a.atMs - b.atMs);
  return customers;
}

/** The features at a moment, as the feature service counts them; nobody before their first order or event. */
function customerAt([customerId, doings]: [string, Doings], atMs: number, windowDays: number): SimulatedCustomer[] {
  const sinceMs = atMs - windowDays * DAY_MS;
  const orders = doings.orders.filter(order => order.atMs >= sinceMs && order.atMs <= atMs);
  const events = doings.events.filter(event => event.atMs >= sinceMs && event.atMs <= atMs);
  if (orders.length === 0 && events.length === 0) return [];
  const revenue = orders.reduce((sum, { value }) => sum + value, 0);
  const last = orders.at(-1);
  return [
    {
      customerId,
      features: {
        session_count: new Set(events.flatMap(({ sessionId }) => sessionId ?? [])).size,
        total_time_spend_by_user_in_msec: events.reduce((sum, { engagementMsec }) => sum + engagementMsec, 0),
        average_order_value: orders.length === 0 ? 0 : revenue / orders.length,
        no_of_orders: orders.length,
      },
      revenue,
      lastOrderAt: last ? new Date(last.atMs) : null,
    },
  ];
}

/** The same days by what is no simulation: those who ordered, without their visits. */
export function* ordersAlone(days: Iterable<SimulatedDay>): Generator<SimulatedDay> {
  for (const { customers, ...day } of days) {
    yield {
      ...day,
      customers: customers.flatMap(customer =>
        customer.lastOrderAt
          ? { ...customer, features: { ...customer.features, session_count: 0, total_time_spend_by_user_in_msec: 0 } }
          : [],
      ),
    };
  }
}
