import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import type { RunningClusteringService } from '../testing/running-clustering-service.js';
import { DEADLINE, nothing, type Receipt, TieredShop } from '../testing/tiered-shop.js';
import type { TierFeatures } from '../tiers/tier-features.js';

interface Manifest {
  id: string;
  number: number;
  status: string;
  counts: { unchanged: number };
  files: { name: string; checksum_sha256: string; bytes: number }[];
}

describe('audiences', () => {
  let shop: TieredShop;
  let service: RunningClusteringService;

  beforeAll(async () => {
    shop = await TieredShop.trained({ mongodbUri: inject('mongodbUri'), kafkaBrokers: inject('kafkaBrokers') });
    service = shop.service;
  });

  afterAll(() => service.stop());

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

  it('exports audiences with consent applied, and reports who was held back', async () => {
    const customers = service.context.shopDb.collection<{ _id: string }>('customers');
    const granted = { ad_user_data: 'GRANTED', ad_personalization: 'GRANTED', email_marketing: 'GRANTED' };
    const documents = (await shop.membersOf('PLATINUM')).map((_id, i) => ({
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
    const [platinum, gold] = [await shop.membersOf('PLATINUM'), await shop.membersOf('GOLD')];
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
    const [ann = '', bob = '', cem = '', ...others] = (await shop.membersOf('PLATINUM')).sort().reverse();
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
    expect((await exported('format=meta&top=2')).status).toBe(200);
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
});
