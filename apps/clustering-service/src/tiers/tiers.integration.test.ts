import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import type { RunningClusteringService } from '../testing/running-clustering-service.js';
import { DEADLINE, nothing, type Page, type Run, type TierAnswer, TieredShop } from '../testing/tiered-shop.js';
import type { TierFeatures } from '../tiers/tier-features.js';
import { TIERS, type Tier } from '../tiers/tier.js';

describe('tiers, from no model to the second', () => {
  let shop: TieredShop;
  let service: RunningClusteringService;

  beforeAll(async () => {
    shop = await TieredShop.open({ mongodbUri: inject('mongodbUri'), kafkaBrokers: inject('kafkaBrokers') });
    service = shop.service;
  });

  afterAll(() => service.stop());

  it('puts everybody into Bronze before there is a model, and says that none exists', async () => {
    await service.tell(new Map([...shop.buyers, ...shop.browsers]));
    await vi.waitFor(
      async () => expect(await shop.sizes()).toEqual({ PLATINUM: 0, GOLD: 0, SILVER: 0, BRONZE: 220 }),
      DEADLINE,
    );
    expect(await shop.tierOf('c00003')).toMatchObject({
      tier: 'BRONZE',
      source: 'gate',
      reason_type: 'no_model',
      model_version: null,
    });
    expect((await service.call('/health/ready')).status).toBe(200);
    expect(
      (await service.call('/v1/models/user_clusters:predict', 'crm', { method: 'POST', body: '{"instances":[{}]}' }))
        .status,
    ).toBe(409);
  });

  it('refuses to train from too few buyers, with the reason', async () => {
    const response = await service.call('/v1/models/user_clusters:train', 'admin', { method: 'POST' });
    expect(response.status).toBe(202);
    const run = (await response.json()) as Run;
    expect(response.headers.get('location')).toBe(`/v1/training-runs/${run.id}`);
    expect(await shop.ended(run)).toMatchObject({
      status: 'refused',
      reason: expect.stringMatching(/^0 customers with an order/) as string,
    });
  });

  it('trains, promotes, and scores everybody anew', async () => {
    await service.load(shop.buyers);
    const run = await shop.ended(await service.json<Run>('/v1/models/user_clusters:train', 'admin', 'POST'));
    expect(run).toMatchObject({ status: 'succeeded', version: 1, trainer: 'embedded' });
    await vi.waitFor(
      async () => expect(await shop.sizes()).toEqual({ PLATINUM: 50, GOLD: 50, SILVER: 50, BRONZE: 70 }),
      DEADLINE,
    );
    expect(await shop.tierOf('c00003')).toMatchObject({
      tier: 'PLATINUM',
      source: 'model',
      reason_type: 'nearest',
      model_version: '1',
    });
    expect(await shop.tierOf('n1')).toMatchObject({
      tier: 'BRONZE',
      source: 'gate',
      reason_type: 'no_order_in_window',
    });
    const members = await Promise.all(TIERS.map(tier => shop.membersOf(tier)));
    expect(members.flat().sort()).toEqual([...shop.buyers.keys(), ...shop.browsers.keys()].sort());
  });

  it('moves a customer up within moments of new features, and tells history, delta and the tiers topic', async () => {
    const gold = new Set(await shop.membersOf('GOLD'));
    const first = await service.json<Page>('/v1/segments/platinum/members/delta?limit=10000', 'crm');
    const platinum = new Set(first.members.map(({ customer_id }) => customer_id));
    const goldStart = await service.json<Page>('/v1/segments/gold/members/delta?limit=10000', 'crm');
    const like = shop.buyers.get('c00003');
    expect(like).toBeDefined();
    await service.tell(new Map([['c00002', like ?? null]]));
    await vi.waitFor(
      async () => expect(await shop.tierOf('c00002')).toMatchObject({ tier: 'PLATINUM', reason_type: 'upgrade' }),
      DEADLINE,
    );
    const { history } = await service.json<{ history: { tier: Tier; effective_to: string | null }[] }>(
      '/v1/customers/c00002/tier/history',
      'crm',
    );
    expect(history.map(({ tier }) => tier)).toEqual(['PLATINUM', 'GOLD', 'BRONZE']);
    await shop.follow(first.delta_link ?? '', platinum);
    expect([...platinum].sort()).toEqual((await shop.membersOf('PLATINUM')).sort());
    const left = await service.json<Page>(goldStart.delta_link ?? '', 'crm');
    expect(left.members).toEqual([
      expect.objectContaining({ customer_id: 'c00002', removed: true, reason: 'changed' }),
    ]);
    expect(gold.has('c00002')).toBe(true);
    await vi.waitFor(
      async () =>
        expect((await shop.newestOf(service.topics.tiers)).get('c00002')).toMatchObject({
          tier: 'PLATINUM',
          source: 'model',
          model_version: '1',
        }),
      DEADLINE,
    );
  });

  it('explains a tier, and what it says moves up does', async () => {
    const explanation = await service.json<{
      tier: Tier;
      features: TierFeatures;
      model: {
        contributions: unknown[];
        moves_up: { to: Tier; changes: { feature: keyof TierFeatures; to: number }[] };
      };
    }>('/v1/customers/c00001/tier/explanation', 'crm');
    expect(explanation).toMatchObject({ tier: 'SILVER' });
    expect(explanation.model.contributions).toHaveLength(4);
    const changed = { ...explanation.features };
    for (const { feature, to } of explanation.model.moves_up.changes) changed[feature] = to;
    await service.tell(new Map([['c00001', changed]]));
    await vi.waitFor(
      async () => expect((await shop.tierOf('c00001')).tier).toBe(explanation.model.moves_up.to),
      DEADLINE,
    );
  });

  it('drops to Bronze by the gate when no order counts any more', async () => {
    await service.tell(new Map([['c00007', nothing]]));
    await vi.waitFor(
      async () => expect(await shop.tierOf('c00007')).toMatchObject({ tier: 'BRONZE', source: 'gate' }),
      DEADLINE,
    );
  });

  it('pins a tier by hand, and lets the model decide again', async () => {
    const pinned = await service.json<TierAnswer>('/v1/customers/n2/tier/pin', 'admin', 'PUT', {
      tier: 'PLATINUM',
      reason: 'wrote the song',
    });
    expect(pinned).toMatchObject({ tier: 'PLATINUM', source: 'manual', reason_type: 'pin' });
    await service.tell(new Map([['n2', nothing]]));
    expect(await shop.membersOf('PLATINUM')).toContain('n2');
    expect(await service.json<TierAnswer>('/v1/customers/n2/tier/pin', 'admin', 'DELETE')).toMatchObject({
      tier: 'BRONZE',
      source: 'gate',
    });
    expect((await service.call('/v1/customers/n2/tier/pin', 'crm', { method: 'PUT', body: '{}' })).status).toBe(403);
    expect((await service.call('/v1/customers/nobody/tier/pin', 'admin', { method: 'DELETE' })).status).toBe(404);
  });

  it("predicts in Vertex AI's shape, by features and by customer, and names a bad instance", async () => {
    const features = shop.buyers.get('c00003');
    const answer = await service.json<{
      predictions: {
        nearest_centroid_id: number[];
        centroid_distances: number[];
        centroid_ids: number[];
        tier: Tier;
      }[];
    }>('/v1/models/user_clusters:predict', 'crm', 'POST', { instances: [features, { user_pseudo_id: 'c00003' }] });
    const [one, two] = answer.predictions;
    expect(one).toEqual(two);
    expect(one).toMatchObject({ centroid_ids: [1, 2, 3, 4], tier: 'PLATINUM' });
    expect(answer).toMatchObject({
      modelDisplayName: 'user_clusters',
      modelVersionId: '1',
      deployedModelId: expect.any(String) as string,
    });
    const bad = await service.call('/v1/models/user_clusters:predict', 'crm', {
      method: 'POST',
      body: JSON.stringify({ instances: [features, { ...features, no_of_orders: 'many' }] }),
    });
    expect(bad.status).toBe(400);
    expect(await bad.text()).toMatch(/instances\[1\]\.no_of_orders/);
  });

  it('tells of a customer who is gone', async () => {
    const start = await service.json<Page>('/v1/segments/platinum/members/delta?limit=10000', 'crm');
    await service.tell(new Map([['c00015', null]]));
    await vi.waitFor(
      async () => expect((await service.call('/v1/customers/c00015/tier', 'crm')).status).toBe(404),
      DEADLINE,
    );
    const delta = await service.json<Page>(start.delta_link ?? '', 'crm');
    expect(delta.members).toEqual([expect.objectContaining({ customer_id: 'c00015', removed: true, reason: 'gone' })]);
  });

  it('searches the settings of the clusters, and keeps the trials', async () => {
    const path = '/v1/models/user_clusters';
    const run = await shop.ended(await service.json<Run>(`${path}:tune`, 'admin', 'POST', { budget_seconds: 1 }));
    expect(run).toMatchObject({
      status: 'succeeded',
      version: null,
      reason: expect.stringMatching(/trials/) as string,
    });
    const { trials } = await service.json<{ trials: unknown[] }>(`${path}/trials`, 'admin');
    expect(trials).toContainEqual(
      expect.objectContaining({
        parameters: { clusters: 4, scale: 'log', starts: 10 },
        figures: expect.objectContaining({ stability: expect.any(Number) as number }) as object,
      }),
    );
  });

  it('keeps tiers, members and deltas over a restart', async () => {
    const before = await shop.sizes();
    const { delta_link } = await service.json<Page>('/v1/segments/gold/members/delta?limit=10000', 'crm');
    await service.restart();
    expect(await shop.sizes()).toEqual(before);
    await vi.waitFor(async () => expect((await service.call('/health/ready')).status).toBe(200), DEADLINE);
    expect((await service.json<Page>(delta_link ?? '', 'crm')).members).toEqual([]);
  });

  it('trains again warm, splits traffic, rolls back', async () => {
    const run = await shop.ended(await service.json<Run>('/v1/models/user_clusters:train', 'admin', 'POST'));
    expect(run).toMatchObject({ status: 'succeeded', version: 2 });
    await vi.waitFor(
      async () => expect((await service.json<Page>('/v1/segments/gold/members', 'crm')).model_version).toBe('2'),
      DEADLINE,
    );
    const dryRun = await service.json<{ customers: number; transitions: Record<Tier, Record<Tier, number>> }>(
      '/v1/models/user_clusters/versions/1/dry-run',
    );
    const all = Object.values(dryRun.transitions).flatMap(row => Object.values(row));
    expect(all.reduce((sum, count) => sum + count, 0)).toBe(dryRun.customers);
    expect(dryRun.customers).toBe(Object.values(await shop.sizes()).reduce((sum, count) => sum + count, 0));
    expect((await service.call('/v1/models/user_clusters/versions/99/dry-run')).status).toBe(404);
    expect((await service.call('/v1/models/user_clusters/versions/1/dry-run', 'crm')).status).toBe(403);
    const { traffic } = await service.json<{ traffic: unknown }>('/v1/models/user_clusters/traffic', 'admin', 'PUT', {
      traffic: [{ version: 1, percent: 50 }],
    });
    expect(traffic).toEqual([{ version: 1, percent: 50 }]);
    expect(await service.json('/v1/models/user_clusters:rollback', 'admin', 'POST')).toMatchObject({ version: 1 });
    const { models } = await service.json<{
      models: { name: string; live: number; versions: { version: number; status: string }[] }[];
    }>('/v1/models');
    expect(models[0]).toMatchObject({ name: 'user_clusters', live: 1 });
    expect(models[0]?.versions.map(({ version, status }) => [version, status])).toEqual([
      [2, 'retired'],
      [1, 'live'],
    ]);
  });
});
