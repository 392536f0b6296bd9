import { SubjectRequests } from '@laurel/change-log';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { RecommenderUnderTest } from './testing/recommender-under-test.js';

const DEADLINE = { timeout: 60_000, interval: 100 };

interface List {
  made_at: string;
  model: { name: string; version: string };
  items: { product_id: string; name: string; reason: { kind: string; text: string } }[];
}

describe('the recommendations topic', () => {
  let shop: RecommenderUnderTest;

  beforeAll(async () => {
    shop = await RecommenderUnderTest.start(inject('mongodbUri'), inject('kafkaBrokers'));
    for (const id of ['ann', 'visitor']) await shop.change('customers', 'c', { _id: id });
  });
  afterAll(() => shop.stop());

  const told = async (): Promise<Map<string, List | null>> => {
    const { transport } = shop.resources;
    const lists = new Map<string, List | null>();
    for (const { partition } of await transport.offsets(shop.topics.recommendations)) {
      await transport.readToEnd(shop.topics.recommendations, partition, ({ messages }) => {
        for (const { key, value } of messages) lists.set(String(key), value && (JSON.parse(value.toString()) as List));
        return Promise.resolve();
      });
    }
    return lists;
  };

  /** As if the time for another pass had come. */
  const passAnew = () => shop.resources.laurelDb.collection('recommender_feed').deleteMany({});

  it('tells a customer what the storefront shows them, and one list for all of whom nothing is known', async () => {
    await vi.waitFor(
      async () => {
        await passAnew();
        expect((await told()).get('ann')).toBeTruthy();
      },
      { ...DEADLINE, interval: 1500 },
    );
    const lists = await told();
    const shown = await shop.list('recommendations(userId: "ann", first: 100)');
    expect(lists.get('ann')?.items).toEqual(
      shown.items.map(({ product: { id, name }, reason: { kind, text } }) => ({
        product_id: id,
        name,
        reason: { kind, text },
      })),
    );
    expect(lists.get('*')?.items.map(({ product_id }) => product_id)).toEqual(
      await shop.idsOf('trendingProducts(first: 100)'),
    );
    expect(lists.get('visitor') ?? null).toBeNull();
  });

  it('is told nothing of an erased customer any more, and neither is the storefront', async () => {
    const { laurelDb: db, mongo, logger, instanceId, transport } = shop.resources;
    const requests = new SubjectRequests({ db, mongo, logger, instanceId });
    await requests.start(transport, shop.topics.subjects);
    try {
      const request = await requests.ask('erasure', 'ann');
      await vi.waitFor(
        async () => expect((await requests.find(request._id))?.answers.recommender).toBeDefined(),
        DEADLINE,
      );
      const removed = (await requests.find(request._id))?.answers.recommender?.places ?? [];
      expect(Object.fromEntries(removed.map(({ place, records }) => [place, records]))).toEqual({
        recommender_orders: 1,
        recommender_activity: 0,
        recommender_profiles: 1,
      });
    } finally {
      await requests.stop();
    }
    expect((await told()).get('ann')).toBeNull();
    await vi.waitFor(async () => {
      const list = await shop.list('recommendations(userId: "ann", first: 100)');
      expect(new Set(list.items.map(({ reason }) => reason.kind))).toEqual(new Set(['TRENDING']));
    }, DEADLINE);
  });
});
