import { createHash } from 'node:crypto';
import { SubjectRequests } from '@laurel/change-log';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import type { RunningClusteringService } from '../testing/running-clustering-service.js';
import { DEADLINE, type Page, type Receipt, TieredShop } from '../testing/tiered-shop.js';

describe('what is held of a customer, and who asked for it', () => {
  let shop: TieredShop;
  let service: RunningClusteringService;

  beforeAll(async () => {
    shop = await TieredShop.trained({ mongodbUri: inject('mongodbUri'), kafkaBrokers: inject('kafkaBrokers') });
    service = shop.service;
  });

  afterAll(() => service.stop());

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
    await vi.waitFor(
      async () => expect((await shop.newestOf(service.topics.tiers)).get('c00011')).toBeNull(),
      DEADLINE,
    );

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
    await vi.waitFor(async () => expect((await shop.newestOf(service.topics.subjects)).get(id)).toBeNull(), DEADLINE);

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
    const { id } = await service.json<{ id: string }>('/v1/audiences', 'marketing', 'POST', {
      name: 'All',
      filter: {},
    });
    await (await service.call(`/v1/audiences/${id}/export?format=csv`, 'marketing')).text();
    await shop.membersOf('GOLD');
    for (const tier of ['gold', 'silver']) await service.json(`/v1/segments/${tier}/members/delta`, 'crm');
    await shop.tierOf('c00006');
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
    expect(exported.entries).toEqual([expect.objectContaining({ scope: 'marketing', records: 219 })]);
    const first = await logOf('action=segment.delta&limit=2');
    const second = await logOf(`action=segment.delta&limit=2&cursor=${first.next ?? ''}`);
    expect(new Set([...first.entries, ...second.entries].map(each => JSON.stringify(each))).size).toBe(4);
    const ofErased = (await logOf('customer=c00011')).entries;
    expect(ofErased.map(({ action }) => action)).toContain('subject.erasure');
    expect(JSON.stringify(ofErased)).not.toContain('c00011');
    expect((await service.call('/v1/audit', 'crm')).status).toBe(403);
    expect((await service.call('/v1/audit?action=theft')).status).toBe(400);
  });
});
