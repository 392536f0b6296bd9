import { Validator } from '@seriousme/openapi-schema-validator';
import createClient from 'openapi-fetch';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { z } from 'zod';
import { writeCursor } from './segments/cursor.js';
import { GeneratedClient } from './testing/generated-client.js';
import type { RunningClusteringService } from './testing/running-clustering-service.js';
import { DEADLINE, nothing, type Run, TieredShop } from './testing/tiered-shop.js';
import { TIERS } from './tiers/tier.js';

const programSchema = z.object({
  pull: z.custom<(client: unknown) => Promise<string[]>>(value => typeof value === 'function'),
});

describe('the API of the clustering service', () => {
  let shop: TieredShop;
  let service: RunningClusteringService;

  beforeAll(async () => {
    shop = await TieredShop.trained({ mongodbUri: inject('mongodbUri'), kafkaBrokers: inject('kafkaBrokers') });
    service = shop.service;
  });

  afterAll(() => service.stop());

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
    const like = ([0, 1, 2, 3] as const).map(group => shop.buyers.get(`c0000${group}`) ?? nothing);
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
        const pulled = await shop.membersOf(tier, 3);
        expect(new Set(pulled).size).toBe(pulled.length);
        entry.link = await shop.follow(entry.link, entry.members);
      }
      await changing;
    }
    await vi.waitFor(async () => {
      const all: string[] = [];
      for (const [tier, entry] of state) {
        entry.link = await shop.follow(entry.link, entry.members);
        expect([...entry.members].sort(), tier).toEqual((await shop.membersOf(tier)).sort());
        all.push(...entry.members);
      }
      expect(new Set(all).size).toBe(all.length);
    }, DEADLINE);
  });

  it('looks up 10,000 customers at once, and packs long answers', async () => {
    const customer_ids = [...shop.buyers.keys(), ...Array.from({ length: 9800 }, (_, i) => `stranger-${i}`)];
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
    const exported = await shop.ended(await service.json<Run>('/v1/models/user_clusters:export', 'admin', 'POST', uri));
    expect(exported).toMatchObject({ status: 'refused', reason: expect.stringContaining('bigquery-ml') as string });
    expect(await wrong('/v1/models/user_clusters/versions/99:promote', {})).toMatch(/^404/);
    expect(await wrong('/v1/models/user_clusters:rollback', {})).toMatch(/^409/);
    expect(await wrong('/v1/audiences', { name: 'x', filter: { tiers: ['COPPER'] } })).toMatch(/^400.*tiers/);
    expect(await wrong('/v1/audiences/none/export')).toMatch(/^404/);
    expect(await wrong('/v1/segments', undefined, 'marketing')).toMatch(/^403/);
    expect(await wrong('/v1/audiences', undefined, 'crm')).toMatch(/^403/);
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
    expect((await pull(own)).sort()).toEqual((await shop.membersOf('GOLD')).sort());
  });
});
