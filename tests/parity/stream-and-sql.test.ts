import { randomBytes } from 'node:crypto';
import { fillSampleShop } from '@laurel/sample-shop';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { BothWays, type Features } from './both-ways.js';
import { disturb } from './turbulence.js';

const DEADLINE = { timeout: 240_000, interval: 500 };
const LIMIT_MS = 300_000;
const now = new Date();

/** The real year of orders, on both ways at once: folded change by change, and by SQL over the changelog. */
describe('stream and SQL on the sample shop', () => {
  const database = `parity_${randomBytes(4).toString('hex')}`;
  const known = new Set<string>();
  let shop: MongoClient;
  let bothWays: BothWays;
  let changes = 0;

  beforeAll(async () => {
    const servers = { mongodbUri: inject('mongodbUri'), kafkaBrokers: inject('kafkaBrokers') };
    shop = await new MongoClient(servers.mongodbUri).connect();
    const { documents } = await fillSampleShop({ mongodbUri: servers.mongodbUri, database, now });
    changes = Object.values(documents).reduce((sum, count) => sum + count, 0);
    bothWays = await BothWays.start(servers, database);
  }, LIMIT_MS);

  afterAll(async () => {
    await bothWays.stop();
    await shop.db(database).dropDatabase();
    await shop.close();
  });

  /** Compares whoever is or ever was a customer; gives the features that both ways agree on. */
  async function compare(when: string): Promise<Map<string, Features>> {
    await vi.waitFor(async () => expect(await bothWays.settledAt(changes)).toBe(true), DEADLINE);
    const batched = await bothWays.batched(now);
    for (const id of batched.keys()) known.add(id);
    const streamed = await bothWays.streamed([...known], now);
    const differing = [...known].filter(
      id => JSON.stringify(ordered(streamed.get(id))) !== JSON.stringify(ordered(batched.get(id))),
    );
    expect(
      differing.slice(0, 5).map(id => ({ id, streamed: streamed.get(id), batched: batched.get(id) })),
      `${differing.length} of ${known.size} customers differ ${when}`,
    ).toEqual([]);
    process.stdout.write(`${batched.size} customers have the same features both ways ${when}\n`);
    return batched;
  }

  it(
    'agree to the last bit: loaded, after updates and deletes, after a replay of everything',
    { timeout: LIMIT_MS },
    async () => {
      const loaded = await compare('after loading the shop');
      expect(loaded.size).toBeGreaterThan(4000);
      expect(total(loaded, 'no_of_orders')).toBeGreaterThan(15_000);
      expect(total(loaded, 'session_count')).toBeGreaterThan(10_000);

      changes += await disturb(shop.db(database), now);
      const disturbed = await compare('after updates and deletes');
      const changed = [...known].filter(id => JSON.stringify(loaded.get(id)) !== JSON.stringify(disturbed.get(id)));
      expect(changed.length).toBeGreaterThan(1000);

      await bothWays.replay();
      expect(await compare('after a replay of everything')).toEqual(disturbed);
    },
  );
});

/** The same features whatever the order of their names. */
function ordered(features: Features | undefined): [string, unknown][] {
  return Object.entries(features ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function total(features: ReadonlyMap<string, Features>, name: 'no_of_orders' | 'session_count'): number {
  return [...features.values()].reduce((sum, each) => sum + each[name], 0);
}
