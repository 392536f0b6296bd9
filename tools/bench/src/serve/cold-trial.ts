import { randomUUID } from 'node:crypto';
import type { LogTransport, Topics } from '@laurel/change-log';
import type { Order } from '@laurel/shop';
import { fillCollection } from './fill-recommender.js';
import { type LoadTrial, loadTrial } from './load-trial.js';
import type { Served } from './served.js';

const CONNECTIONS = 32;
const SECONDS = 60;
const WITHIN_MS = 120_000;

/**
 * Has every customer order something, and then ask once: nothing that was worked out for a customer before is of use. `orders` are those that customers
 * placed before; each orders again the first line of their first one.
 */
export async function coldTrial(
  server: Served,
  { orders, transport, topics }: { orders: readonly Order[]; transport: LogTransport; topics: Topics },
): Promise<LoadTrial> {
  const firsts = new Map(orders.toReversed().map(order => [order.customerId, order]));
  const again = Array.from(firsts.values(), (order): Order => ({
    ...order,
    _id: `again-${randomUUID()}`,
    placedAt: new Date(),
    status: 'placed',
    items: order.items.slice(0, 1),
  }));
  const linesBefore = await orderLines(server);
  await fillCollection(transport, topics, 'orders', again);
  await server.process.until(async () => (await orderLines(server)) >= linesBefore + again.length, WITHIN_MS);
  return loadTrial(server, {
    users: [...firsts.keys()],
    connections: CONNECTIONS,
    seconds: SECONDS,
    amount: firsts.size,
  });
}

async function orderLines({ url }: Served): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return Number(/^laurel_recommender_order_lines\{[^}]*\} (\d+)/m.exec(metrics)?.[1]);
}
