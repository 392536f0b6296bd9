import { randomUUID } from 'node:crypto';
import { distributionOf } from '@laurel/learning';
import { TestHome } from '@laurel/test-home';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { modelData, simulatedBuyers } from '../testing/tier-samples.js';
import { TIER_FEATURES } from '../tiers/tier-features.js';
import { TierStore } from '../tiers/tier-store.js';
import { DriftWatch } from './drift-watch.js';
import { USER_CLUSTERS } from './live-tier-models.js';
import { ModelShelf } from './model-shelf.js';

let home: TestHome;
let shelf: ModelShelf;
let store: TierStore;

const buyers = simulatedBuyers(600, 1);
const NOW = new Date();

/** Knows the buyers, with order values so many times as high as they were in training. */
async function know(dearer: number): Promise<void> {
  await store.customers.deleteMany({});
  await store.customers.insertMany(
    buyers.map(({ customerId, features, revenue, lastOrderAt }) => ({
      _id: customerId,
      known: {
        features: { ...features, average_order_value: dearer * features.average_order_value },
        revenue,
        firstOrderAt: lastOrderAt,
        lastOrderAt,
        asOf: NOW,
        version: 1,
      },
      standing: null,
      pin: null,
      changedAt: null,
      decidedAt: null,
      modelVersion: null,
      runId: null,
      stale: false,
      checkAt: null,
    })),
  );
}

beforeAll(async () => {
  home = await TestHome.open({ mongodbUri: inject('mongodbUri'), kafkaBrokers: inject('kafkaBrokers') });
  shelf = new ModelShelf(home.context);
  store = new TierStore(home.context.laurelDb);
  await shelf.prepare();
  const feature_distribution = Object.fromEntries(
    TIER_FEATURES.map(name => [name, distributionOf(buyers.map(({ features }) => features[name]))]),
  );
  const { version } = await shelf.registry.register({
    name: USER_CLUSTERS,
    kind: 'kmeans (embedded)',
    trainer: 'embedded',
    trainedAt: NOW,
    dataFingerprint: randomUUID(),
    parameters: {},
    seed: 1,
    metrics: { feature_distribution },
    durationMs: 1,
    artifact: new TextEncoder().encode(JSON.stringify(modelData)),
  });
  await shelf.registry.promote(USER_CLUSTERS, version);
});
afterAll(() => home.remove());

it('asks for a training once buyers are others than the live model was trained on, and shows by how much', async () => {
  const metrics = new Registry();
  const watch = new DriftWatch(home.context, shelf, { store }, metrics);
  const requested = async () => (await shelf.runs.list(USER_CLUSTERS)).map(({ options }) => options);

  await know(1);
  await watch.look();
  expect(await requested()).toEqual([]);
  expect(await metrics.metrics()).toContain(
    'laurel_model_drift{model="user_clusters",feature="average_order_value"} 0\n',
  );

  await know(3);
  await watch.look();
  await watch.look();
  expect(await requested()).toEqual([
    { reason: 'drift', feature: 'average_order_value', index: expect.any(Number) as number },
  ]);
  const [run] = await shelf.runs.list(USER_CLUSTERS);
  expect(run?.options['index']).toBeGreaterThan(home.context.settings.retrainDrift);
});
