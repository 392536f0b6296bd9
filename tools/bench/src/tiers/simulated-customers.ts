import type { SimulatedDay } from '@laurel/clustering-service';
import { Random } from '@laurel/learning';

const CUSTOMERS = 6000;
const SNAPSHOTS = 13;
/** The window of a year, in months. */
const WINDOW = 12;
const MONTH_MS = (365 / 12) * 86_400_000;
const FIRST_MS = Date.UTC(2024, 0, 1);

/** What a customer did in one month. */
interface Month {
  orders: number;
  revenue: number;
  sessions: number;
  timeMsec: number;
}

/**
 * Simulated customers at thirteen month ends, with a year before the first so that the window is full: most buy rarely, few often (orders a
 * month: log-normal around 0.15), each at an own order value; habits drift by some per cent a month, and one in fifty stops each month.
 */
export function* simulatedMonths(seed: number): Generator<SimulatedDay> {
  const random = new Random(seed);
  const customers = Array.from({ length: CUSTOMERS }, (_, n) => ({ id: `s${n}`, months: lifeOf(random) }));
  for (let end = WINDOW; end < WINDOW + SNAPSHOTS; end++) {
    const at = new Date(FIRST_MS + end * MONTH_MS);
    yield {
      at,
      monthEnd: true,
      customers: customers.map(({ id, months }) => customerAt(id, months.slice(end - WINDOW, end), at)),
    };
  }
}

function lifeOf(random: Random): Month[] {
  let ordersAMonth = 0.15 * Math.exp(1.1 * random.nextNormal());
  let visitsAMonth = 0.3 + ordersAMonth * Math.exp(1 + 0.5 * random.nextNormal());
  const orderValue = 40 * Math.exp(0.6 * random.nextNormal());
  return Array.from({ length: WINDOW + SNAPSHOTS }, () => {
    const drift = Math.exp(0.05 * random.nextNormal());
    const goesOn = random.next() > 0.02 ? drift : 0;
    ordersAMonth *= goesOn;
    visitsAMonth *= goesOn;
    const orders = poisson(ordersAMonth, random);
    const sessions = orders + poisson(visitsAMonth, random);
    const sumOf = (count: number, typical: number, spread: number): number =>
      Array.from({ length: count }, () => typical * Math.exp(spread * random.nextNormal())).reduce((a, b) => a + b, 0);
    return { orders, revenue: sumOf(orders, orderValue, 0.4), sessions, timeMsec: sumOf(sessions, 120_000, 0.7) };
  });
}

/** Knuth, The Art of Computer Programming, volume 2, 3.4.1: for small means. */
function poisson(mean: number, random: Random): number {
  const end = Math.exp(-mean);
  let count = 0;
  for (let product = random.next(); product > end; product *= random.next()) count++;
  return count;
}

function customerAt(customerId: string, months: readonly Month[], at: Date): SimulatedDay['customers'][number] {
  const sum = (of: keyof Month): number => months.reduce((total, month) => total + month[of], 0);
  const [orders, revenue] = [sum('orders'), sum('revenue')];
  const sinceLast = months.toReversed().findIndex(month => month.orders > 0);
  return {
    customerId,
    features: {
      average_order_value: orders === 0 ? 0 : revenue / orders,
      no_of_orders: orders,
      session_count: sum('sessions'),
      total_time_spend_by_user_in_msec: sum('timeMsec'),
    },
    revenue,
    lastOrderAt: sinceLast === -1 ? null : new Date(at.getTime() - sinceLast * MONTH_MS),
  };
}
