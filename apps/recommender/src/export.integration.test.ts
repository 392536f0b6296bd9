import { SubjectRequests } from '@laurel/change-log';
import { affinityTrainer, buildInteractions, ModelRegistry } from '@laurel/learning';
import type { Scope } from '@laurel/service';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { RecommenderUnderTest } from './testing/recommender-under-test.js';

const DEADLINE = { timeout: 30_000, interval: 50 };
const CUSTOMERS = ['ann', 'bob', 'cy', 'visitor'];

interface Line {
  customer_id: string;
  model: { name: string; version: string };
  items: { rank: number; product_id: string; score: number; reason: { text: string; because: string[] } }[];
}

describe('the export of all customers', () => {
  let shop: RecommenderUnderTest;

  const ask = (body?: object, scope: Scope = 'marketing') =>
    fetch(`${shop.running.url}/v1/recommendations/export`, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${shop.keyOf(scope)}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
  const lines = async (body: object): Promise<Line[]> => {
    const text = await (await ask(body)).text();
    return text
      .split('\n')
      .filter(Boolean)
      .map(line => JSON.parse(line) as Line);
  };
  const outlook = async () => (await ask()).json();

  const promote = async () => {
    const registry = new ModelRegistry(shop.resources.laurelDb);
    const als = affinityTrainer('als');
    const bought: [string, string, number][] = [
      ['ann', 'a', 1],
      ['ann', 'b', 1],
      ['bob', 'b', 1],
      ['bob', 'd', 1],
    ];
    const model = await als.fit(buildInteractions(bought), als.routine[0]!, { seed: 1 });
    const { version } = await registry.register({
      name: 'product_affinity',
      kind: 'als',
      trainer: 'embedded',
      trainedAt: new Date('2026-03-01T03:00:00Z'),
      seed: 1,
      metrics: {},
      dataFingerprint: 'x',
      parameters: {},
      durationMs: 1,
      artifact: model.serialize(),
    });
    await registry.promote('product_affinity', version);
    return version;
  };

  beforeAll(async () => {
    shop = await RecommenderUnderTest.start(inject('mongodbUri'), inject('kafkaBrokers'));
    for (const id of CUSTOMERS) await shop.change('customers', 'c', { _id: id });
    await vi.waitFor(async () => expect(await outlook()).toEqual({ customers: 4, revision: 0, models: [] }), DEADLINE);
  });
  afterAll(() => shop?.stop());

  it('gives each customer what the storefront shows them, before and after a model is live', async () => {
    const same = async () => {
      const exported = await lines({ first: 3 });
      expect(exported.map(line => line.customer_id)).toEqual(CUSTOMERS);
      for (const { customer_id, model, items } of exported) {
        const shown = await shop.list(`recommendations(userId: "${customer_id}", first: 3)`);
        expect(model).toEqual({ name: shown.model.name, version: shown.model.version });
        expect(items).toEqual(
          shown.items.map(({ rank, product: { id, name }, score, reason: { kind, text, because } }) => ({
            rank,
            product_id: id,
            name,
            score,
            reason: { kind, text, because: because.map(product => product.id) },
          })),
        );
      }
      return exported;
    };
    await same();
    const version = String(await promote());
    const models = [{ name: 'product_affinity', version, trained_at: '2026-03-01T03:00:00.000Z' }];
    await expect.poll(outlook, DEADLINE).toMatchObject({ customers: 4, models });
    const [ann] = await same();
    expect(ann).toMatchObject({ model: { name: 'product_affinity', version } });
  });

  it('gives each customer in one part, whatever the number of parts, and a part again when asked again', async () => {
    const parts = await Promise.all(
      [0, 1, 2].map(shard =>
        vi.waitFor(async () => {
          const response = await ask({ shards: 3, shard });
          expect(response.status).toBe(200);
          return response.text();
        }, DEADLINE),
      ),
    );
    const again = await (await ask({ shards: 3, shard: 1 })).text();
    expect(again).toBe(parts[1]);
    const ids = parts
      .join('')
      .split('\n')
      .filter(Boolean)
      .map(line => (JSON.parse(line) as Line).customer_id);
    expect(ids.toSorted()).toEqual(CUSTOMERS);
  });

  it('is noted in the audit log before anything is handed out, and what is refused is not', async () => {
    const noted = shop.resources.laurelDb.collection('audit_log');
    const before = await noted.countDocuments();
    await ask({ first: 0 });
    await ask({ revision: 7000 });
    await lines({ first: 2, shards: 1 });
    expect(await noted.find({}, { sort: { _id: -1 }, limit: 1 }).toArray()).toMatchObject([
      { scope: 'marketing', action: 'recommendations.export', customer: null, records: 4 },
    ]);
    expect(await noted.countDocuments()).toBe(before + 1);
  });

  it('keeps to a filter', async () => {
    const exported = await lines({ filter: { exclude_product_ids: ['b', 'c', 'd'], include_purchased: true } });
    for (const { items } of exported) expect(items.map(item => item.product_id).toSorted()).toEqual(['a', 'e']);
  });

  it('is refused to other keys, for what cannot be asked, and where other models serve than were named', async () => {
    expect((await ask({}, 'storefront')).status).toBe(403);
    expect((await ask({}, 'crm')).status).toBe(403);
    expect((await ask({}, 'admin')).status).toBe(200);
    for (const [body, field] of [
      [{ first: 0 }, 'first'],
      [{ shard: 2, shards: 2 }, 'shard'],
      [{ filter: { price_min: 3, price_max: 2 } }, 'filter.price_min'],
      [{ top: 5 }, ''],
    ] as const) {
      const response = await ask(body);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ errors: [{ field }] });
    }
    const stale = await ask({ revision: 7000 });
    expect(stale.status).toBe(409);
    expect(await stale.json()).toMatchObject({ detail: expect.stringContaining('Start the export anew') });
  });

  it('can be cut off by who reads it, and be asked for again', async () => {
    const reading = new AbortController();
    const response = await fetch(`${shop.running.url}/v1/recommendations/export`, {
      method: 'POST',
      headers: { authorization: `Bearer ${shop.keyOf('marketing')}`, 'content-type': 'application/json' },
      body: '{}',
      signal: reading.signal,
    });
    reading.abort();
    await expect(response.text()).rejects.toThrow();
    await vi.waitFor(async () => expect((await ask({})).status).toBe(200), DEADLINE);
  });

  it('does not hold an erased customer any more', async () => {
    const { laurelDb: db, mongo, logger, instanceId, transport } = shop.resources;
    const requests = new SubjectRequests({ db, mongo, logger, instanceId });
    await requests.start(transport, shop.topics.subjects);
    try {
      await requests.ask('erasure', 'bob');
      const left = CUSTOMERS.filter(id => id !== 'bob');
      await expect.poll(async () => (await lines({})).map(line => line.customer_id), DEADLINE).toEqual(left);
      await expect.poll(outlook, DEADLINE).toMatchObject({ customers: 3 });
    } finally {
      await requests.stop();
    }
  });
});
