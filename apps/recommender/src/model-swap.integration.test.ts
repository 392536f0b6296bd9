import { affinityTrainer, buildInteractions, ModelRegistry } from '@laurel/learning';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { RecommenderUnderTest } from './testing/recommender-under-test.js';

let shop: RecommenderUnderTest;

beforeAll(async () => {
  shop = await RecommenderUnderTest.start(inject('mongodbUri'), inject('kafkaBrokers'));
});

afterAll(() => shop?.stop());

test('a trained model takes over without a refused request, split traffic stays with each customer, and rolling back works', async () => {
  const registry = new ModelRegistry(shop.resources.laurelDb);
  const interactions = buildInteractions([
    ['ann', 'a', 1],
    ['ann', 'b', 1],
    ['bob', 'b', 1],
    ['bob', 'd', 1],
  ]);
  const cosine = affinityTrainer('cosine');
  const model = await cosine.fit(interactions, cosine.routine[0]!, { seed: 1 });
  const draft = {
    name: 'product_affinity',
    kind: 'cosine',
    trainer: 'embedded',
    trainedAt: new Date('2026-03-01T03:00:00Z'),
    dataFingerprint: 'x',
    parameters: {},
    seed: 1,
    metrics: {},
    durationMs: 1,
    artifact: model.serialize(),
  };
  const versions = [await registry.register(draft), await registry.register(draft)].map(({ version }) => version);

  let asking = true;
  const failures: unknown[] = [];
  const load = (async () => {
    while (asking) {
      const { errors } = await shop.graphql(
        '{ recommendations(userId: "ann") { items { product { id } reason { kind } } } }',
      );
      failures.push(...errors);
    }
  })();
  await registry.promote('product_affinity', versions[0]!);
  const served = async (customer: string) => (await shop.list(`recommendations(userId: "${customer}")`)).model;
  await expect
    .poll(() => served('ann'), { timeout: 10_000 })
    .toEqual({ name: 'product_affinity', version: String(versions[0]), trainedAt: '2026-03-01T03:00:00.000Z' });
  const [best] = (await shop.list('recommendations(userId: "ann")')).items;
  expect(best).toMatchObject({ product: { id: 'd' }, reason: { kind: 'TASTE', because: [{ id: 'b' }] } });

  await registry.setTraffic('product_affinity', [
    { version: versions[0]!, percent: 50 },
    { version: versions[1]!, percent: 50 },
  ]);
  const bothServe = async () =>
    new Set(
      await Promise.all(
        Array.from(
          { length: 40 },
          async (_, at) =>
            (await shop.list(`recommendations(userId: "v${at}", context: { recentProductIds: ["b"] })`)).model.version,
        ),
      ),
    );
  await expect
    .poll(async () => [...(await bothServe())].sort(), { timeout: 10_000 })
    .toEqual(versions.map(String).sort());
  expect(await served('ann')).toEqual(await served('ann'));

  await registry.promote('product_affinity', versions[1]!);
  await registry.rollback('product_affinity');
  await expect.poll(async () => (await served('ann')).version, { timeout: 10_000 }).toBe(String(versions[0]));
  asking = false;
  await load;
  expect(failures).toEqual([]);
});
