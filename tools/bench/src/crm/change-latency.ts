import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { type LogTransport, partitionOf } from '@laurel/change-log';
import { z } from 'zod';
import type { MeasuredProcess } from '../measuring/measured-process.js';
import { quantile } from '../measuring/median.js';

const PER_SECOND = 200;
const PER_SEND = 10;
const SECONDS = 20;
/** How many changes that makes. */
export const CHANGES = PER_SECOND * SECONDS;
const ARRIVE_WITHIN_MS = 120_000;
const HOST = '127.0.0.1';

const messageSchema = z.object({ data: z.object({ customer_id: z.string() }) });

/** The hosts to allow for the receiver. */
export const RECEIVER_HOST = HOST;

/**
 * Tells new features of 200 customers a second, each of which moves its customer to another tier, and takes the webhooks: the 99th percentile
 * of the milliseconds from just before the features are told to having the message. `subscribe` registers the receiver's address.
 *
 * @throws Error when messages are missing after two minutes.
 */
export async function changeLatencyP99Ms(
  service: MeasuredProcess,
  transport: LogTransport,
  topic: string,
  customerIds: readonly string[],
  subscribe: (url: string) => Promise<void>,
): Promise<number> {
  const sentAtMs = new Map<string, number>();
  const latencies: number[] = [];
  const server = createServer((request, response) => {
    void text(request).then(body => {
      const { customer_id: id } = messageSchema.parse(JSON.parse(body)).data;
      latencies.push(performance.now() - (sentAtMs.get(id) ?? NaN));
      response.writeHead(204).end();
    });
  });
  await once(server.listen(0, HOST), 'listening');
  try {
    await subscribe(`http://${HOST}:${(server.address() as AddressInfo).port}/`);
    await tell(transport, topic, customerIds, sentAtMs);
    await service.until(() => Promise.resolve(latencies.length >= customerIds.length), ARRIVE_WITHIN_MS);
  } finally {
    server.closeAllConnections();
    server.close();
  }
  return quantile(latencies, 0.99);
}

/** On a fixed schedule: what is late is not left out. */
async function tell(
  transport: LogTransport,
  topic: string,
  customerIds: readonly string[],
  sentAtMs: Map<string, number>,
): Promise<void> {
  const partitions = await transport.partitionCount(topic);
  const startedMs = performance.now();
  for (let from = 0; from < customerIds.length; from += PER_SEND) {
    const waitMs = startedMs + (from / PER_SECOND) * 1000 - performance.now();
    if (waitMs > 0) await sleep(waitMs);
    const batch = Map.groupBy(customerIds.slice(from, from + PER_SEND), id => partitionOf(id, partitions));
    for (const id of [...batch.values()].flat()) sentAtMs.set(id, performance.now());
    await Promise.all(Array.from(batch, ([partition, ids]) => transport.send(topic, partition, ids.map(featuresOf))));
  }
}

/** What the movers do, in the order of a model's features. */
export const MOVED = {
  average_order_value: 20,
  no_of_orders: 2,
  session_count: 3,
  total_time_spend_by_user_in_msec: 60_000,
};

function featuresOf(customerId: string): { key: string; value: string } {
  const at = new Date().toISOString();
  const value = {
    customer_id: customerId,
    ...MOVED,
    revenue: 40,
    first_order_at: at,
    last_order_at: at,
    as_of: at,
    version: Date.now() * 1000,
  };
  return { key: customerId, value: JSON.stringify(value) };
}
