import { createHash } from 'node:crypto';
import { SubjectRequests, type SubjectService } from '@laurel/change-log';
import { Validator } from '@seriousme/openapi-schema-validator';
import createClient from 'openapi-fetch';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { z } from 'zod';
import { writeCursor } from './segments/cursor.js';
import { GeneratedClient } from './testing/generated-client.js';
import { RunningClusteringService } from './testing/running-clustering-service.js';
import { simulatedBuyers } from './testing/tier-samples.js';
import type { TierFeatures } from './tiers/tier-features.js';
import { TIERS, type Tier } from './tiers/tier.js';

const DEADLINE = { timeout: 60_000, interval: 50 };
const nothing: TierFeatures = {
  average_order_value: 0,
  no_of_orders: 0,
  session_count: 3,
  total_time_spend_by_user_in_msec: 1000,
};

const programSchema = z.object({
  pull: z.custom<(client: unknown) => Promise<string[]>>(value => typeof value === 'function'),
});

interface TierAnswer {
  tier: Tier;
  source: string;
  reason_type: string;
  perks: string[];
  model_version: string | null;
}

interface Page {
  members: { customer_id: string; tier?: Tier; removed?: true; reason?: string }[];
  next: string | null;
  delta_link?: string | null;
  as_of: string;
  model_version: string | null;
}

interface Receipt {
  receipt_id: string;
  status: string;
  removed: { service: string; store: string; from: string; records: number }[];
  waiting_for: SubjectService[];
}

interface Manifest {
  id: string;
  number: number;
  status: string;
  counts: { unchanged: number };
  files: { name: string; checksum_sha256: string; bytes: number }[];
}

interface Run {
  id: string;
  status: string;
  reason: string | null;
  version: number | null;
}

describe('the clustering service', () => {
  let service: RunningClusteringService;
  const buyers = new Map(simulatedBuyers(200, 1).map(({ customerId, features }) => [customerId, features]));
  const browsers = new Map(Array.from({ length: 20 }, (_, i) => [`n${i}`, nothing] as const));

  beforeAll(async () => {
    service = await RunningClusteringService.start({
      mongodbUri: inject('mongodbUri'),
      kafkaBrokers: inject('kafkaBrokers'),
    });
  });

  afterAll(() => service.stop());

  const tierOf = (id: string) => service.json<TierAnswer>(`/v1/customers/${id}/tier`, 'crm');

  const sizes = async () => {
    const { segments } = await service.json<{ segments: { tier: Tier; members: number }[] }>('/v1/segments', 'crm');
    return Object.fromEntries(segments.map(({ tier, members }) => [tier, members])) as Record<Tier, number>;
  };

  const ended = async (run: Run): Promise<Run> =>
    vi.waitFor(async () => {
      const now = await service.json<Run>(`/v1/training-runs/${run.id}`);
      expect(['succeeded', 'refused', 'failed']).toContain(now.status);
      return now;
    }, DEADLINE);

  const membersOf = async (tier: Tier, limit = 7): Promise<string[]> => {
    const ids: string[] = [];
    for (let query = `limit=${limit}`; ;) {
      const page = await service.json<Page>(`/v1/segments/${tier.toLowerCase()}/members?${query}`, 'crm');
      expect(page.members.length).toBeLessThanOrEqual(limit);
      ids.push(...page.members.map(({ customer_id }) => customer_id));
      if (page.next === null) return ids;
      query = `limit=${limit}&cursor=${page.next}`;
    }
  };

  /** Follows a delta to its end, applying it to `members`. */
  const follow = async (link: string, members: Set<string>): Promise<string> => {
    for (let path = link; ;) {
      const page = await service.json<Page>(path, 'crm');
      for (const { customer_id, removed } of page.members) {
        if (removed) members.delete(customer_id);
        else members.add(customer_id);
      }
      if (page.delta_link) return page.delta_link;
      path = `${link.split('?')[0] ?? ''}?limit=5&cursor=${page.next ?? ''}`;
    }
  };

  it('puts everybody into Bronze before there is a model, and says that none exists', async () => {
    await service.tell(new Map([...buyers, ...browsers]));
    await vi.waitFor(
      async () => expect(await sizes()).toEqual({ PLATINUM: 0, GOLD: 0, SILVER: 0, BRONZE: 220 }),
      DEADLINE,
    );
    expect(await tierOf('c00003')).toMatchObject({
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
    expect(await ended(run)).toMatchObject({
      status: 'refused',
      reason: expect.stringMatching(/^0 customers with an order/) as string,
    });
  });

  it('trains, promotes, and scores everybody anew', async () => {
    await service.load(buyers);
    const run = await ended(await service.json<Run>('/v1/models/user_clusters:train', 'admin', 'POST'));
    expect(run).toMatchObject({ status: 'succeeded', version: 1, trainer: 'embedded' });
    await vi.waitFor(
      async () => expect(await sizes()).toEqual({ PLATINUM: 50, GOLD: 50, SILVER: 50, BRONZE: 70 }),
      DEADLINE,
    );
    expect(await tierOf('c00003')).toMatchObject({
      tier: 'PLATINUM',
      source: 'model',
      reason_type: 'nearest',
      model_version: '1',
    });
    expect(await tierOf('n1')).toMatchObject({ tier: 'BRONZE', source: 'gate', reason_type: 'no_order_in_window' });
    const members = await Promise.all(TIERS.map(tier => membersOf(tier)));
    expect(members.flat().sort()).toEqual([...buyers.keys(), ...browsers.keys()].sort());
  });

  it('moves a customer up within moments of new features, and tells history, delta and the tiers topic', async () => {
    const gold = new Set(await membersOf('GOLD'));
    const first = await service.json<Page>('/v1/segments/platinum/members/delta?limit=10000', 'crm');
    const platinum = new Set(first.members.map(({ customer_id }) => customer_id));
    const goldStart = await service.json<Page>('/v1/segments/gold/members/delta?limit=10000', 'crm');
    const like = buyers.get('c00003');
    expect(like).toBeDefined();
    await service.tell(new Map([['c00002', like ?? null]]));
    await vi.waitFor(
      async () => expect(await tierOf('c00002')).toMatchObject({ tier: 'PLATINUM', reason_type: 'upgrade' }),
      DEADLINE,
    );
    const { history } = await service.json<{ history: { tier: Tier; effective_to: string | null }[] }>(
      '/v1/customers/c00002/tier/history',
      'crm',
    );
    expect(history.map(({ tier }) => tier)).toEqual(['PLATINUM', 'GOLD', 'BRONZE']);
    await follow(first.delta_link ?? '', platinum);
    expect([...platinum].sort()).toEqual((await membersOf('PLATINUM')).sort());
    const left = await service.json<Page>(goldStart.delta_link ?? '', 'crm');
    expect(left.members).toEqual([
      expect.objectContaining({ customer_id: 'c00002', removed: true, reason: 'changed' }),
    ]);
    expect(gold.has('c00002')).toBe(true);
    await vi.waitFor(
      async () =>
        expect((await publishedTiers()).get('c00002')).toMatchObject({
          tier: 'PLATINUM',
          source: 'model',
          model_version: '1',
        }),
      DEADLINE,
    );
  });

  const publishedTiers = () => newestOf(service.topics.tiers);
  const openRequests = () => newestOf(service.topics.subjects);

  const newestOf = async (topic: string) => {
    const newest = new Map<string, Record<string, unknown> | null>();
    for (const { partition } of await service.transport.offsets(topic)) {
      await service.transport.readToEnd(topic, partition, batch => {
        for (const { key, value } of batch.messages)
          newest.set(String(key), value && (JSON.parse(value.toString()) as Record<string, unknown>));
        return Promise.resolve();
      });
    }
    return newest;
  };

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
    await vi.waitFor(async () => expect((await tierOf('c00001')).tier).toBe(explanation.model.moves_up.to), DEADLINE);
  });

  it('drops to Bronze by the gate when no order counts any more', async () => {
    await service.tell(new Map([['c00007', nothing]]));
    await vi.waitFor(
      async () => expect(await tierOf('c00007')).toMatchObject({ tier: 'BRONZE', source: 'gate' }),
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
    expect(await membersOf('PLATINUM')).toContain('n2');
    expect(await service.json<TierAnswer>('/v1/customers/n2/tier/pin', 'admin', 'DELETE')).toMatchObject({
      tier: 'BRONZE',
      source: 'gate',
    });
    expect((await service.call('/v1/customers/n2/tier/pin', 'crm', { method: 'PUT', body: '{}' })).status).toBe(403);
    expect((await service.call('/v1/customers/nobody/tier/pin', 'admin', { method: 'DELETE' })).status).toBe(404);
  });

  it("predicts in Vertex AI's shape, by features and by customer, and names a bad instance", async () => {
    const features = buyers.get('c00003');
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

  it('answers 304 to whoever has the page already, and gives another ETag after a change', async () => {
    const path = '/v1/segments/silver/members?limit=5';
    const first = await service.call(path, 'crm');
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[^"]+"$/);
    expect((await service.call(path, 'crm', { headers: { 'if-none-match': etag } })).status).toBe(304);
    await service.tell(new Map([['c00005', nothing]]));
    await vi.waitFor(
      async () => expect((await service.call(path, 'crm', { headers: { 'if-none-match': etag } })).status).toBe(200),
      DEADLINE,
    );
  });

  it('loses and doubles nobody while tiers change under a pull, and deltas lead to the exact members', async () => {
    const like = ([0, 1, 2, 3] as const).map(group => buyers.get(`c0000${group}`) ?? nothing);
    const ids = Array.from({ length: 60 }, (_, i) => `w${String(i).padStart(2, '0')}`);
    const everybody = (shift: number) =>
      new Map(ids.map((id, i) => [id, like[(i * 7 + shift * (i % 5)) % 4] ?? nothing] as const));
    await service.tell(everybody(0));
    await vi.waitFor(
      async () =>
        expect(
          (await service.json<{ unknown: string[] }>('/v1/customers/tiers:batch', 'crm', 'POST', { customer_ids: ids }))
            .unknown,
        ).toEqual([]),
      DEADLINE,
    );
    const state = new Map(
      TIERS.map(tier => [
        tier,
        { members: new Set<string>(), link: `/v1/segments/${tier.toLowerCase()}/members/delta?limit=5` },
      ]),
    );
    for (let round = 1; round <= 4; round++) {
      const changing = (async () => {
        for (let step = 0; step < 4; step++) await service.tell(everybody(round * 4 + step));
      })();
      for (const [tier, entry] of state) {
        const pulled = await membersOf(tier, 3);
        expect(new Set(pulled).size).toBe(pulled.length);
        entry.link = await follow(entry.link, entry.members);
      }
      await changing;
    }
    await vi.waitFor(async () => {
      const all: string[] = [];
      for (const [tier, entry] of state) {
        entry.link = await follow(entry.link, entry.members);
        expect([...entry.members].sort(), tier).toEqual((await membersOf(tier)).sort());
        all.push(...entry.members);
      }
      expect(new Set(all).size).toBe(all.length);
    }, DEADLINE);
  });

  it('asks every service to erase a customer, does its part, and deltas tell it', async () => {
    const start = await service.json<Page>('/v1/segments/platinum/members/delta?limit=10000', 'crm');
    expect(start.members.map(({ customer_id }) => customer_id)).toContain('c00011');
    const { mongo, laurelDb: db, logger, instanceId } = service.context;
    const response = await service.call('/v1/customers/c00011', 'admin', {
      method: 'DELETE',
      headers: { prefer: 'wait=0' },
    });
    expect(response.status).toBe(202);
    const location = response.headers.get('location') ?? '';
    const receipt = () => service.json<Receipt>(location);
    await vi.waitFor(async () => expect((await receipt()).waiting_for).not.toContain('clustering-service'), DEADLINE);
    expect((await receipt()).removed).toEqual(
      expect.arrayContaining([
        { service: 'clustering-service', store: 'mongodb', from: 'tier_customers', records: 1 },
        { service: 'clustering-service', store: 'mongodb', from: 'tier_rows', records: 2 },
      ]),
    );
    expect((await service.call('/v1/customers/c00011/tier', 'crm')).status).toBe(404);
    expect((await service.call('/v1/customers/c00011/tier/history', 'crm')).status).toBe(404);
    const delta = await service.json<Page>(start.delta_link ?? '', 'crm');
    expect(delta.members).toEqual([
      expect.objectContaining({ customer_id: 'c00011', removed: true, reason: 'erased' }),
    ]);
    await vi.waitFor(async () => expect((await publishedTiers()).get('c00011')).toBeNull(), DEADLINE);

    const others = new SubjectRequests({ db, mongo, logger, instanceId });
    const { receipt_id: id, waiting_for } = await receipt();
    expect(waiting_for).toEqual(['events-ingester', 'feature-service', 'recommender']);
    for (const other of waiting_for)
      await others.answer(id, other, [{ store: 'mongodb', place: 'things', records: 2 }]);
    await others.answer(id, 'recommender', [{ store: 'mongodb', place: 'things', records: 0 }]);
    const done = await receipt();
    expect(done).toMatchObject({ status: 'complete', waiting_for: [] });
    expect(done.removed.filter(({ from }) => from === 'things').map(({ records }) => records)).toEqual([2, 2, 2]);
    expect(JSON.stringify(done)).not.toContain('c00011');
    await vi.waitFor(async () => expect((await openRequests()).get(id)).toBeNull(), DEADLINE);

    expect((await service.call('/v1/customers/c00003', 'crm', { method: 'DELETE' })).status).toBe(403);
    expect((await service.call(location, 'crm')).status).toBe(403);
    expect((await service.call('/v1/erasures/none', 'admin')).status).toBe(404);
  });

  it('keeps what an erased customer did before from coming back, and counts what they do later', async () => {
    const order = (_id: string, placedAt: Date) => ({
      _id,
      customerId: 'c00011',
      placedAt,
      status: 'paid',
      currency: 'GBP',
      items: [{ productId: 'p1', name: 'Lamp', quantity: 1, price: 5 }],
    });
    await service.change('orders', order('before', new Date(Date.now() - 86_400_000)));
    await service.change('orders', order('later', new Date()));
    const purchases = service.context.laurelDb.collection<{ _id: string }>('audience_purchases');
    await vi.waitFor(async () => expect(await purchases.findOne({ _id: 'order/later' })).not.toBeNull(), DEADLINE);
    expect(await purchases.findOne({ _id: 'order/before' })).toBeNull();
  });

  it('says what it holds of a customer, and hands it out sealed', async () => {
    const wait = { headers: { prefer: 'wait=2' } };
    const presence = async (id: string) =>
      (await (await service.call(`/v1/subjects/${id}/presence`, 'admin', wait)).json()) as {
        present: boolean | null;
        places: { from: string; records: number }[];
        last_erasure: object | null;
      };
    expect(await presence('c00003')).toMatchObject({ present: true, last_erasure: null });
    expect(await presence('nobody')).toMatchObject({ present: null, places: [] });
    const copy = (await (await service.call('/v1/subjects/c00003/data', 'admin', wait)).json()) as {
      customer_id: string;
      holdings: { service: string; place: string; records: { _id: string }[] }[];
      waiting_for: string[];
    };
    expect(copy.holdings.find(({ place }) => place === 'tier_customers')?.records).toEqual([
      expect.objectContaining({ _id: 'c00003', stale: false }),
    ]);
    expect(copy.waiting_for).toHaveLength(3);
    expect(await service.context.laurelDb.collection('subject_findings').countDocuments()).toBe(0);
    expect((await service.call('/v1/subjects/c00003/data', 'crm', wait)).status).toBe(403);
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

  it('names what is wrong with a request', async () => {
    const wrong = async (path: string, body?: unknown, as: 'crm' | 'marketing' | 'admin' = 'admin') => {
      const response = await service.call(
        path,
        as,
        body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) },
      );
      expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      return `${response.status} ${await response.text()}`;
    };
    expect(await wrong('/v1/segments/copper/members')).toMatch(/^404.*platinum, gold, silver, bronze/);
    expect(await wrong('/v1/segments/GOLD/members')).toMatch(/^404/);
    expect(await wrong('/v1/segments/gold/members?cursor=rubbish')).toMatch(/^400/);
    expect(await wrong('/v1/segments/gold/members?limit=10001')).toMatch(/^400.*10000/);
    expect(await wrong('/v1/segments/gold/members?updated_since=lately')).toMatch(/^400.*updated_since/);
    expect(await wrong('/v1/segments/gold/members/delta?cursor=rubbish')).toMatch(/^410/);
    const expired = writeCursor({ kind: 'changes', tier: 'GOLD', from: Date.now() - 31 * 86_400_000 });
    expect(await wrong(`/v1/segments/gold/members/delta?cursor=${expired}`)).toMatch(/^410.*over 30 days old/);
    expect(await wrong('/v1/models/horoscope:train', {})).toMatch(/^404.*user_clusters/);
    expect(await wrong('/v1/training-runs/none')).toMatch(/^404/);
    expect(await wrong('/v1/models/product_affinity:tune', { budget_seconds: 0 })).toMatch(/^400.*budget_seconds/);
    expect(await wrong('/v1/models/product_demand:tune', { budget_seconds: 9 })).toMatch(/^404.*user_clusters/);
    expect(await service.json('/v1/models/product_affinity/trials', 'admin')).toEqual({ trials: [] });
    const body = JSON.stringify({ budget_seconds: 90 });
    const tuning = await service.call('/v1/models/product_affinity:tune', 'admin', { method: 'POST', body });
    expect([tuning.status, await tuning.json()]).toEqual([202, expect.objectContaining({ status: 'queued' })]);
    expect(await wrong('/v1/models/user_clusters:export', { uri: "gs://bucket/it's" })).toMatch(/^400.*gs:\/\//);
    const uri = { uri: 'gs://bucket/path' };
    const exported = await ended(await service.json<Run>('/v1/models/user_clusters:export', 'admin', 'POST', uri));
    expect(exported).toMatchObject({ status: 'refused', reason: expect.stringContaining('bigquery-ml') as string });
    expect(await wrong('/v1/models/user_clusters/versions/99:promote', {})).toMatch(/^404/);
    expect(await wrong('/v1/models/user_clusters:rollback', {})).toMatch(/^409/);
    expect(await wrong('/v1/audiences', { name: 'x', filter: { tiers: ['COPPER'] } })).toMatch(/^400.*tiers/);
    expect(await wrong('/v1/audiences/none/export')).toMatch(/^404/);
    expect(await wrong('/v1/segments', undefined, 'marketing')).toMatch(/^403/);
    expect(await wrong('/v1/audiences', undefined, 'crm')).toMatch(/^403/);
  });

  it('searches the settings of the clusters, and keeps the trials', async () => {
    const path = '/v1/models/user_clusters';
    const run = await ended(await service.json<Run>(`${path}:tune`, 'admin', 'POST', { budget_seconds: 1 }));
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

  it('exports audiences with consent applied, and reports who was held back', async () => {
    const customers = service.context.shopDb.collection<{ _id: string }>('customers');
    const granted = { ad_user_data: 'GRANTED', ad_personalization: 'GRANTED', email_marketing: 'GRANTED' };
    const documents = (await membersOf('PLATINUM')).map((_id, i) => ({
      _id,
      email: `Jane.${i}@Example.com `,
      firstName: '=HYPERLINK("http://x")',
      country: 'United Kingdom',
      createdAt: new Date(),
      ...(i % 3 === 0
        ? { consent: granted }
        : i % 3 === 1
          ? { consent: { ...granted, ad_personalization: 'DENIED' } }
          : {}),
    }));
    await customers.insertMany(documents);
    const { id } = await service.json<{ id: string }>('/v1/audiences', 'marketing', 'POST', {
      name: 'Best',
      filter: { tiers: ['PLATINUM'] },
    });
    expect(await service.json(`/v1/audiences/${id}/size?format=meta`, 'marketing')).toEqual({
      members: documents.length,
      excluded: 0,
      holdout: 0,
      reach: {
        exported: documents.filter((_, i) => i % 3 === 0).length,
        held_back: {
          consent_denied: documents.filter((_, i) => i % 3 === 1).length,
          consent_missing: documents.filter((_, i) => i % 3 === 2).length,
        },
      },
    });
    const response = await service.call(`/v1/audiences/${id}/export?format=google-customer-match`, 'marketing');
    const lines = (await response.text()).trimEnd().split('\n');
    expect(lines[0]).toBe('Email,Phone,First Name,Last Name,Country,Zip');
    const hash = (text: string) => createHash('sha256').update(text).digest('hex');
    const expected = documents.flatMap(({ email }, i) =>
      i % 3 === 0 ? [`${hash(email.trim().toLowerCase())},,,,,`] : [],
    );
    expect(lines.slice(1).sort()).toEqual(expected.sort());
    const report = await service.json<{
      status: string;
      exported: number;
      held_back: Record<string, number>;
      checksum_sha256: string;
    }>(response.headers.get('laurel-export-report') ?? '', 'marketing');
    const count = (rest: number) => documents.filter((_, i) => i % 3 === rest).length;
    expect(report).toMatchObject({
      status: 'complete',
      exported: count(0),
      held_back: { consent_denied: count(1), consent_missing: count(2) },
    });
    expect(report.checksum_sha256).toBe(hash(`${lines.join('\n')}\n`));
    const csv = await (await service.call(`/v1/audiences/${id}/export?format=csv`, 'marketing')).text();
    expect(csv).toContain(`"'=HYPERLINK(""http://x"")"`);
    expect(csv.trimEnd().split('\n')).toHaveLength(documents.length + 1);
    const ndjson = await (await service.call(`/v1/audiences/${id}/export?format=ndjson`, 'marketing')).text();
    const rows = ndjson
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as { email: string | null });
    expect(rows.filter(({ email }) => email !== null)).toHaveLength(count(0) + count(1));
  });

  const newAudience = async (name: string, more: object) =>
    (await service.json<{ id: string }>('/v1/audiences', 'marketing', 'POST', { name, ...more })).id;

  const csvIds = async (path: string) => {
    const text = await (await service.call(path, 'marketing')).text();
    return text
      .trimEnd()
      .split('\n')
      .slice(1)
      .map(line => line.split(',')[0] ?? '');
  };

  it('keeps what customers answered about their data, and when', async () => {
    const answer = (email_marketing: string, updatedAt: string, source?: string) =>
      service.change('customers', {
        _id: 'c00002',
        consent: { email_marketing, updatedAt: new Date(updatedAt), ...(source && { source }) },
      });
    await answer('GRANTED', '2026-01-01T00:00:00Z', 'checkout');
    await answer('GRANTED', '2026-01-02T00:00:00Z', 'newsletter');
    await answer('DENIED', '2026-01-03T00:00:00Z');
    await vi.waitFor(async () => {
      const { history } = await service.json<{ history: object[] }>('/v1/customers/c00002/consent/history', 'crm');
      expect(history).toEqual([
        expect.objectContaining({ email_marketing: 'DENIED', answered_at: '2026-01-03T00:00:00.000Z', source: null }),
        expect.objectContaining({
          email_marketing: 'GRANTED',
          answered_at: '2026-01-01T00:00:00.000Z',
          source: 'checkout',
        }),
      ]);
    }, DEADLINE);
    expect((await service.call('/v1/customers/nobody/consent/history', 'crm')).status).toBe(404);
  });

  it('leaves out other audiences, and holds a share out, always the same', async () => {
    const [platinum, gold] = [await membersOf('PLATINUM'), await membersOf('GOLD')];
    const best = await newAudience('Best', { filter: { tiers: ['PLATINUM'] } });
    const rest = await newAudience('Rest', {
      filter: { tiers: ['PLATINUM', 'GOLD'] },
      exclude: [best],
      holdout: { percent: 50 },
    });
    const size = await service.json<{ holdout: number }>(`/v1/audiences/${rest}/size`, 'marketing');
    expect(size).toMatchObject({ members: gold.length, excluded: platinum.length });
    const meant = await csvIds(`/v1/audiences/${rest}/export?format=csv`);
    const heldOut = await csvIds(`/v1/audiences/${rest}/export?format=csv&group=holdout`);
    expect(heldOut).toHaveLength(size.holdout);
    expect(heldOut.length).toBeGreaterThan(0);
    expect(meant.length).toBeGreaterThan(0);
    expect([...meant, ...heldOut].sort()).toEqual(gold.sort());
    expect((await service.call(`/v1/audiences/${rest}/export?format=meta&group=holdout`, 'marketing')).status).toBe(
      400,
    );
    expect((await service.call(`/v1/audiences/${best}`, 'marketing', { method: 'DELETE' })).status).toBe(409);
    const other = await service.call('/v1/audiences/preview', 'marketing', {
      method: 'POST',
      body: JSON.stringify({ filter: {}, exclude: ['none'] }),
    });
    expect(other.status).toBe(400);
  });

  it('tells a destination by each delivery what changed, and whom to remove; who is erased leaves the files that are kept', async () => {
    const customers = service.context.shopDb.collection<{ _id: string }>('customers');
    const hash = (text: string) => createHash('sha256').update(text).digest('hex');
    const granted = { ad_user_data: 'GRANTED', ad_personalization: 'GRANTED' };
    const [ann = '', bob = '', cem = '', ...others] = await membersOf('PLATINUM');
    const emailOf = (id: string) => `${id}@example.org`;
    await customers.bulkWrite(
      [ann, bob, cem, ...others].map(_id => ({
        updateOne: { filter: { _id }, update: { $set: { email: emailOf(_id), consent: granted } }, upsert: true },
      })),
    );
    const audience = await newAudience('Best', { filter: { tiers: ['PLATINUM'] } });
    const deliver = async (mode: 'delta' | 'full' = 'delta') => {
      const made = await service.call(`/v1/audiences/${audience}/deliveries`, 'marketing', {
        method: 'POST',
        body: JSON.stringify({ format: 'google-customer-match', mode }),
      });
      expect(made.status).toBe(202);
      return vi.waitFor(async () => {
        const manifest = await service.json<Manifest>(made.headers.get('location') ?? '', 'marketing');
        expect(manifest.status).toBe('complete');
        return manifest;
      }, DEADLINE);
    };
    const filesOf = async ({ id }: Manifest) => {
      const { files } = await service.json<Manifest>(`/v1/audiences/${audience}/deliveries/${id}`, 'marketing');
      const texts = files.map(async ({ name, checksum_sha256, bytes }) => {
        const response = await service.call(`/v1/audiences/${audience}/deliveries/${id}/files/${name}`, 'marketing');
        const text = await response.text();
        expect({ checksum_sha256: hash(text), bytes: Buffer.byteLength(text) }).toEqual({ checksum_sha256, bytes });
        return text
          .trimEnd()
          .split('\n')
          .slice(1)
          .map(line => line.split(',')[0])
          .sort();
      });
      const [members = [], removals = []] = await Promise.all(texts);
      return { members, removals };
    };

    const first = await deliver();
    expect(first).toMatchObject({ number: 1, model_versions: { user_clusters: '1' } });
    expect(first.counts).toMatchObject({ added: others.length + 3, changed: 0, removed: 0, unchanged: 0 });
    expect((await filesOf(first)).members).toContain(hash(emailOf(cem)));

    await customers.updateOne({ _id: ann }, { $set: { email: 'ann@example.org' } });
    await customers.updateOne({ _id: bob }, { $set: { consent: { ...granted, ad_user_data: 'DENIED' } } });
    const second = await deliver();
    expect(second.counts).toMatchObject({ added: 0, changed: 1, removed: 1, held_back: { consent_denied: 1 } });
    expect(await filesOf(second)).toEqual({
      members: [hash('ann@example.org')],
      removals: [ann, bob].map(id => hash(emailOf(id))).sort(),
    });
    const idle = await deliver();
    expect(await filesOf(idle)).toEqual({ members: [], removals: [] });
    expect(idle.counts.unchanged).toBe(others.length + 2);

    const erasure = await service.call(`/v1/customers/${cem}`, 'admin', {
      method: 'DELETE',
      headers: { prefer: 'wait=0' },
    });
    const receipt = () => service.json<Receipt>(erasure.headers.get('location') ?? '');
    await vi.waitFor(async () => expect((await receipt()).waiting_for).not.toContain('clustering-service'), DEADLINE);
    expect((await receipt()).removed).toContainEqual({
      service: 'clustering-service',
      store: 'files',
      from: 'audience deliveries',
      records: 1,
    });
    expect((await filesOf(first)).members).not.toContain(hash(emailOf(cem)));
    const last = await deliver('full');
    expect(last.counts).toMatchObject({ added: 0, removed: 1, unchanged: others.length + 1 });
    const { members, removals } = await filesOf(last);
    expect(removals).toEqual([hash(emailOf(cem))]);
    expect(members).toHaveLength(others.length + 1);
    await deliver();
    const recipients = service.context.laurelDb.collection('audience_recipients');
    expect(await recipients.countDocuments({ customerId: { $in: [bob, cem] } })).toBe(0);
    expect(JSON.stringify(await recipients.find().toArray())).not.toContain(hash(emailOf(others[0] ?? '')));
  });

  it('knows stage, cell and predicted value of a customer, and finds audiences by them', async () => {
    const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);
    const like = (orders: number): TierFeatures => ({
      ...nothing,
      average_order_value: 20 + orders,
      no_of_orders: orders,
    });
    const shoppers = Array.from({ length: 90 }, (_, i) => {
      const orders = 1 + (i % 6);
      const first = 60 + ((i * 37) % 300);
      const last = i % 3 === 1 ? first - 20 : (i * 13) % 60;
      return [`o${i}`, like(orders), { first: daysAgo(first), last: daysAgo(orders === 1 ? first : last) }] as const;
    });
    const quiet = ['quiet', like(6), { first: daysAgo(360), last: daysAgo(200) }] as const;
    const told = [...shoppers, quiet];
    await service.tell(
      new Map(told.map(([id, features]) => [id, features])),
      new Map(told.map(([id, , orders]) => [id, orders])),
    );
    interface Expected {
      outlook: {
        stage: string;
        rfm: { recency: number };
        lost_probability: number | null;
        playbook: { actions: string[] };
      };
    }
    const outlookOf = async (id: string) => (await service.json<Expected>(`/v1/customers/${id}/tier`, 'crm')).outlook;
    await vi.waitFor(async () => expect((await outlookOf('quiet')).stage).toBe('lapsed'), DEADLINE);
    const fitted = await service.json<{ model: { orders: { r: number } | null } }>('/v1/outlook:fit', 'admin', 'POST');
    expect(fitted.model.orders?.r).toBeGreaterThan(0);
    const lapsed = await outlookOf('quiet');
    const lively = await outlookOf('o5');
    expect(lively.lost_probability).toBeLessThan(lapsed.lost_probability ?? 0);
    expect(lapsed.rfm.recency).toBeLessThan(lively.rfm.recency);
    expect(lapsed.playbook.actions).toContain('Run win-back campaigns');
    expect(await outlookOf('n3')).toMatchObject({ stage: 'prospect', rfm: null, lost_probability: null });
    const sizeOf = async (filter: object) =>
      (await service.json<{ members: number }>('/v1/audiences/preview', 'marketing', 'POST', { filter })).members;
    const lost_probability = { min: lapsed.lost_probability ?? 1 };
    expect(await sizeOf({ stages: ['lapsed'], lost_probability })).toBeGreaterThan(0);
    expect(await sizeOf({ stages: ['prospect'], lost_probability })).toBe(0);
    expect(await sizeOf({ rfm: { frequency: { min: 5 }, monetary: { min: 5 } } })).toBeGreaterThan(0);
    expect(await sizeOf({ predicted_value: { min: 0 } })).toBeGreaterThan(
      await sizeOf({ predicted_value: { min: 10 } }),
    );
    expect((await service.call('/v1/outlook', 'crm')).status).toBe(200);
    expect((await service.call('/v1/outlook:fit', 'crm', { method: 'POST' })).status).toBe(403);
  });

  it('makes a delivery when the schedule says so', async () => {
    const schedule = { cron: '0 4 * * *', format: 'ndjson' };
    const audience = await newAudience('Nightly', { filter: { tiers: ['SILVER'] }, schedule });
    const audiences = service.context.laurelDb.collection<{ _id: string }>('audiences');
    await audiences.updateOne({ _id: audience }, { $set: { next_delivery_at: new Date(0) } });
    await vi.waitFor(async () => {
      const { deliveries } = await service.json<{ deliveries: Manifest[] }>(
        `/v1/audiences/${audience}/deliveries`,
        'marketing',
      );
      expect(deliveries).toEqual([expect.objectContaining({ status: 'complete', format: 'ndjson' })]);
    }, DEADLINE);
    expect(await service.json(`/v1/audiences/${audience}`, 'marketing')).toMatchObject({ schedule });
    const bad = { name: 'x', filter: {}, schedule: { cron: 'sometimes', format: 'csv' } };
    const refused = await service.call('/v1/audiences', 'marketing', { method: 'POST', body: JSON.stringify(bad) });
    expect(`${refused.status} ${await refused.text()}`).toMatch(/^400.*cron/);
  });

  it("exports members' recommendations without what was bought since or is sold out", async () => {
    const { id } = await service.json<{ id: string }>('/v1/audiences', 'marketing', 'POST', {
      name: 'Best',
      filter: { tiers: ['PLATINUM'] },
    });
    const exported = (query: string) => service.call(`/v1/audiences/${id}/export?${query}`, 'marketing');
    expect((await exported('format=ndjson&top=2')).status).toBe(409);
    expect((await exported('format=meta&top=2')).status).toBe(400);
    expect((await exported('format=csv&top=11')).status).toBe(400);

    const list = (kind: string, ...ids: string[]) => ({
      made_at: new Date(),
      model: { name: 'product_affinity', version: '1' },
      items: ids.map(product_id => ({
        product_id,
        name: `The ${product_id}`,
        reason: { kind, text: 'Because' },
      })),
    });
    const product = (_id: string, stock: number) => ({ _id, name: `The ${_id}`, price: 2, stock });
    for (const name of ['a', 'b', 'c', 'd']) await service.change('products', product(name, name === 'b' ? 0 : 5));
    await service.change('orders', {
      _id: 'o-bought',
      customerId: 'c00003',
      placedAt: new Date(),
      status: 'paid',
      currency: 'GBP',
      items: [{ productId: 'a', quantity: 1, price: 2 }],
    });
    await service.recommend('*', list('TRENDING', 'a', 'b', 'd'));
    await service.recommend('c00003', list('TASTE', 'a', 'b', 'c', 'd'));
    const rows = async () => {
      const text = await (await exported('format=ndjson&top=2')).text();
      const lines = text.trimEnd().split('\n');
      const parsed = lines.map(
        line => JSON.parse(line) as { customer_id: string; recommendations: { product_id: string }[] },
      );
      return new Map(parsed.map(row => [row.customer_id, row.recommendations.map(({ product_id }) => product_id)]));
    };
    await vi.waitFor(async () => {
      const found = await rows();
      expect(found.get('c00003')).toEqual(['c', 'd']);
      found.delete('c00003');
      expect(new Set(Array.from(found.values(), ids => ids.join()))).toEqual(new Set(['a,d']));
    }, DEADLINE);
    const preview = (likely_to_buy: object) =>
      service.call('/v1/audiences/preview', 'marketing', {
        method: 'POST',
        body: JSON.stringify({ filter: { likely_to_buy } }),
      });
    const likely = async (wish: object) => ((await (await preview(wish)).json()) as { members: number }).members;
    expect(await likely({ products: ['c'], top: 1 })).toBe(1);
    expect(await likely({ products: ['d'] })).toBe(1);
    expect(await likely({ products: ['d'], top: 1 })).toBe(0);
    expect(await likely({ products: ['a', 'b'] })).toBe(0);
    expect((await preview({})).status).toBe(400);
    expect((await preview({ products: ['c'], top: 11 })).status).toBe(400);
    await service.recommend('c00003', null);
    await vi.waitFor(async () => expect((await rows()).get('c00003')).toEqual(['d']), DEADLINE);
  });

  it('keeps tiers, members and deltas over a restart', async () => {
    const before = await sizes();
    const { delta_link } = await service.json<Page>('/v1/segments/gold/members/delta?limit=10000', 'crm');
    await service.restart();
    expect(await sizes()).toEqual(before);
    await vi.waitFor(async () => expect((await service.call('/health/ready')).status).toBe(200), DEADLINE);
    expect((await service.json<Page>(delta_link ?? '', 'crm')).members).toEqual([]);
  });

  it('trains again warm, splits traffic, rolls back', async () => {
    const run = await ended(await service.json<Run>('/v1/models/user_clusters:train', 'admin', 'POST'));
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
    expect(dryRun.customers).toBe(Object.values(await sizes()).reduce((sum, count) => sum + count, 0));
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

  it('notes who pulled or exported whose data, and nothing more of them than ids', async () => {
    interface Entry {
      scope: string;
      key: string;
      action: string;
      customer: string | null;
      records: number | null;
    }
    const logOf = (query: string) =>
      service.json<{ entries: Entry[]; next: string | null }>(`/v1/audit?${query}`, 'admin');
    await tierOf('c00006');
    await service.json('/v1/customers/c00006/tier/explanation', 'admin');
    const { entries } = await logOf('customer=c00006');
    expect(entries.map(({ scope, action }) => [scope, action])).toEqual([
      ['admin', 'customer.explanation'],
      ['crm', 'customer.tier'],
    ]);
    const [page] = (await logOf('action=segment.members&segment=gold&limit=1')).entries;
    const key = service.headers('crm')['authorization']?.split(' ')[1] ?? '';
    expect(page).toMatchObject({ scope: 'crm', key: createHash('sha256').update(key).digest('hex').slice(0, 8) });
    const exported = await logOf('action=audience.export');
    expect(exported.entries.every(({ scope, records }) => scope === 'marketing' && records !== null)).toBe(true);
    const first = await logOf('action=segment.delta&limit=2');
    const second = await logOf(`action=segment.delta&limit=2&cursor=${first.next ?? ''}`);
    expect(new Set([...first.entries, ...second.entries].map(each => JSON.stringify(each))).size).toBe(4);
    const ofErased = (await logOf('customer=c00011')).entries;
    expect(ofErased.map(({ action }) => action)).toContain('subject.erasure');
    expect(JSON.stringify(ofErased)).not.toContain('c00011');
    expect((await service.call('/v1/audit', 'crm')).status).toBe(403);
    expect((await service.call('/v1/audit?action=theft')).status).toBe(400);
  });

  it('looks up 10,000 customers at once, and packs long answers', async () => {
    const customer_ids = [...buyers.keys(), ...Array.from({ length: 9800 }, (_, i) => `stranger-${i}`)];
    const look = (ids: string[]) =>
      service.call('/v1/customers/tiers:batch', 'crm', {
        method: 'POST',
        body: JSON.stringify({ customer_ids: ids }),
        headers: { 'accept-encoding': 'gzip' },
      });
    const response = await look(customer_ids);
    expect(response.headers.get('content-encoding')).toBe('gzip');
    const { tiers, unknown } = (await response.json()) as { tiers: object[]; unknown: string[] };
    expect(tiers.length + unknown.length).toBe(10_000);
    expect((await look([...customer_ids, 'one more'])).status).toBe(400);
  });

  it('serves a valid OpenAPI document, from which a typed client can be made that pulls a segment', async () => {
    const document = await (await service.call('/openapi.json')).text();
    const parsed = JSON.parse(document) as { openapi: string; paths: Record<string, unknown> };
    expect(await new Validator().validate(parsed)).toEqual({ valid: true });
    const { openapi, paths } = parsed;
    expect(openapi).toBe('3.1.0');
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining([
        '/v1/segments',
        '/v1/segments/{tier}/members',
        '/v1/segments/{tier}/members/delta',
        '/v1/customers/{id}/tier',
        '/v1/models/user_clusters:predict',
        '/v1/models/{name}:train',
        '/v1/audiences/{id}/export',
        '/v1/audiences/{id}/deliveries',
      ]),
    );
    const program = `
      import type { Client } from 'openapi-fetch';
      import type { paths } from './paths.js';
      export async function pull(client: Client<paths>): Promise<string[]> {
        const ids: string[] = [];
        for (let cursor: string | undefined; ; ) {
          const query = { limit: 7, ...(cursor !== undefined && { cursor }) };
          const { data } = await client.GET('/v1/segments/{tier}/members', { params: { path: { tier: 'gold' }, query } });
          if (!data) throw new Error('no page');
          ids.push(...data.members.map(member => member.customer_id));
          if (data.next === null) return ids;
          cursor = data.next;
        }
      }`;
    const wrong = `
      export async function wrong(client: Client<paths>): Promise<unknown> {
        // @ts-expect-error: there is no such segment
        await client.GET('/v1/segments/{tier}/members', { params: { path: { tier: 'copper' } } });
        const { data } = await client.GET('/v1/segments');
        // @ts-expect-error: nor such a field
        return data?.segments[0]?.size;
      }`;
    const client = await GeneratedClient.of(document);
    expect(client.problems(program + wrong)).toEqual([]);
    const { pull } = programSchema.parse(await GeneratedClient.run(program));
    const own = createClient({ baseUrl: service.url, headers: service.headers('crm') });
    expect((await pull(own)).sort()).toEqual((await membersOf('GOLD')).sort());
  });
});
