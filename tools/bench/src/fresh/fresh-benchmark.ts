import { readSampleYear, SAMPLE_SEED } from '@laurel/sample-shop';
import type { Order } from '@laurel/shop';
import type { Db } from 'mongodb';
import type { Benchmark } from '../benchmark.js';
import { quantile } from '../measuring/median.js';
import { PART_PORT_BASE, startLaurelPart } from '../measuring/start-laurel-part.js';
import { withServers } from '../measuring/with-servers.js';
import { productsOf, trainAffinity } from '../serve/fill-recommender.js';
import { serveRecommender } from '../serve/served.js';
import { metricSays } from './metric-says.js';
import { purchaseOf } from './purchase.js';
import { ShopTraffic } from './shop-traffic.js';

const PURCHASES = 500;
const CHANGES_PER_SECOND = 500;
const PURCHASES_PER_SECOND = 10;
const NAME = 'shop';
const PER_INSERT = 2000;
const WITHIN_MS = 300_000;
const CAPTURE_URL = `http://127.0.0.1:${PART_PORT_BASE + 3}`;
/** The snapshot is sent; before, every change waits for it, as it does in a shop's first minute with Laurel only. */
const STREAMS = /^laurel_capture_state\{state="streaming".* 1$/m;
const CAUGHT_UP = /^laurel_recommender_lag_messages\S* 0$/m;

/**
 * The way of a purchase through the whole house: written in the shop's MongoDB, captured, sent through Kafka, read by the recommender, gone from its
 * customer's answer over HTTP; while {@link ShopTraffic} changes the shop. Capture and the recommender are a process each.
 */
export const freshBenchmark: Benchmark = {
  name: 'fresh',
  measures: 'from a purchase written in MongoDB to an answer without that product, at 500 changes a second',
  async run(say, { docs = PURCHASES }) {
    const latencies: number[] = [];
    let changesPerSecond = 0;
    await withServers(async ({ mongo, mongodbUri, kafkaBrokers, home }) => {
      const { orders } = await readSampleYear({ seed: String(SAMPLE_SEED), now: new Date() });
      const shop = mongo.db(NAME);
      await fillShop(shop, orders);
      say('training');
      await trainAffinity(mongo.db(`${NAME}-laurel`), orders);
      const server = await serveRecommender({ mongodbUri, kafkaBrokers, name: NAME, home });
      try {
        const capture = await startLaurelPart({ part: 'capture', mongodbUri, kafkaBrokers, name: NAME, home });
        try {
          const customers = [...new Set(orders.map(({ customerId }) => customerId))].sort();
          await capture.until(() => metricSays(CAPTURE_URL, STREAMS), WITHIN_MS);
          await purchaseOf(customers[0] ?? '', shop, server, WITHIN_MS);
          await server.process.until(() => metricSays(server.url, CAUGHT_UP), WITHIN_MS);
          say('measuring');
          const traffic = new ShopTraffic(shop, orders, CHANGES_PER_SECOND);
          traffic.start();
          const step = customers.length / docs;
          const measured: Promise<number>[] = [];
          const startedMs = performance.now();
          for (let at = 0; at < docs; at++) {
            await traffic.until(startedMs + (at * 1000) / PURCHASES_PER_SECOND);
            const purchase = purchaseOf(customers[Math.floor(at * step)] ?? '', shop, server);
            purchase.catch(() => undefined);
            measured.push(purchase);
          }
          latencies.push(...(await Promise.all(measured)));
          changesPerSecond = await traffic.stop();
        } finally {
          await capture.stop();
        }
      } finally {
        await server.process.stop();
      }
    });
    say(`${latencies.length} purchases, ${Math.round(changesPerSecond)} changes a second`);
    const ofLatencies = (q: number) => ({ ours: Math.round(quantile(latencies, q)) });
    return {
      purchase_p50_ms: ofLatencies(0.5),
      purchase_p99_ms: ofLatencies(0.99),
      purchase_max_ms: ofLatencies(1),
      changes_s: { ours: Math.round(changesPerSecond) },
    };
  },
};

async function fillShop(shop: Db, orders: readonly Order[]): Promise<void> {
  await shop.collection<{ _id: string }>('products').insertMany(productsOf(orders));
  const customers = [...new Set(orders.map(({ customerId }) => customerId))];
  await shop.collection<{ _id: string }>('customers').insertMany(customers.map(_id => ({ _id })));
  for (let from = 0; from < orders.length; from += PER_INSERT)
    await shop.collection<{ _id: string }>('orders').insertMany(orders.slice(from, from + PER_INSERT));
}
