import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { QueryShortcut } from './graphql/server/query-shortcut.js';
import { LIST, type ListReply, RecommenderUnderTest, type Reply } from './testing/recommender-under-test.js';

let shop: RecommenderUnderTest;

beforeAll(async () => {
  shop = await RecommenderUnderTest.start(inject('mongodbUri'), inject('kafkaBrokers'));
});

afterAll(() => shop?.stop());
afterEach(() => vi.restoreAllMocks());

describe('answers', () => {
  test('leave out what was bought and what cannot be sold, and say why the rest is there', async () => {
    const { items, model } = await shop.list('recommendations(userId: "ann")');
    expect(items.map(({ product }) => product.id)).toEqual(['c', 'd', 'e']);
    expect(items[0]?.reason).toEqual({
      kind: 'BOUGHT_TOGETHER',
      text: 'Often bought together with Product b',
      because: [{ id: 'b' }],
    });
    expect(items.map(({ rank }) => rank)).toEqual([1, 2, 3]);
    expect(model).toMatchObject({ name: 'bought-together', version: '0' });
  });

  test('an unknown customer gets what is trending', async () => {
    const { items, model } = await shop.list('recommendations(userId: "nobody", first: 3)');
    expect(items.map(({ product, reason }) => [product.id, reason.kind, reason.because])).toEqual([
      ['b', 'TRENDING', []],
      ['c', 'TRENDING', []],
      ['a', 'TRENDING', []],
    ]);
    expect(model.name).toBe('trending');
    expect(await shop.idsOf('trendingProducts(first: 2)')).toEqual(['b', 'c']);
  });

  test('repeat, under a new request id each time', async () => {
    const [one, other] = [
      await shop.list('recommendations(userId: "ann")'),
      await shop.list('recommendations(userId: "ann")'),
    ];
    expect(other.items).toEqual(one.items);
    expect(other.requestId).not.toBe(one.requestId);
  });

  test('for several customers at once are those that each gets alone, in the order they were asked for', async () => {
    const call = 'recommendationsBatch(userIds: ["bob", "nobody", "ann", "bob"], first: 3, filter: { priceMax: 5 })';
    const { data } = await shop.graphql(`{ lists: ${call} { ${LIST} } }`);
    const lists: ListReply[] = data?.['lists'] ?? [];
    expect(lists.map(({ model }) => model.name)).toEqual([
      'bought-together',
      'trending',
      'bought-together',
      'bought-together',
    ]);
    for (const [at, id] of ['bob', 'nobody', 'ann', 'bob'].entries()) {
      const alone = await shop.list(`recommendations(userId: "${id}", first: 3, filter: { priceMax: 5 })`);
      expect(lists[at]).toEqual({ ...alone, requestId: expect.not.stringMatching(alone.requestId) });
    }
    expect(new Set(lists.map(({ requestId }) => requestId)).size).toBe(4);
  });

  test('know single products and customers, and give null for others', async () => {
    const { data } = await shop.graphql(
      '{ product(id: "a") { id name category price rating imageUrl } none: product(id: "x") { id } customer(id: "x") { id } }',
    );
    expect(data).toEqual({
      product: { id: 'a', name: 'Product a', category: 'tea', price: 5, rating: null, imageUrl: null },
      none: null,
      customer: null,
    });
  });

  test('come past Apollo Server from the third time on, long ones by Fastify, which packs them', async () => {
    const shortcut = vi.spyOn(QueryShortcut.prototype, 'answer');
    const long = vi.spyOn(QueryShortcut.prototype, 'longAnswer');
    const lists = Array.from({ length: 10 }, (_, at) => `l${at}: trendingProducts { ${LIST} }`);
    for (const query of ['{ trendingProducts(first: 4) { requestId } }', `{ ${lists.join(' ')} }`]) {
      const replies: Reply[] = [];
      for (let time = 1; time <= 3; time++) replies.push(await shop.graphql(query));
      const [second, third] = replies.slice(1).map(({ text }) => text.replaceAll(/"requestId":"[^"]+"/g, ''));
      expect(third).toBe(second);
    }
    expect(shortcut.mock.results.map(({ value }) => value !== undefined)).toEqual([
      false,
      false,
      true,
      false,
      false,
      false,
    ]);
    expect(long.mock.results.filter(({ value }) => value !== undefined)).toHaveLength(1);
  });

  test('are the same interpreted and compiled, with variables and fragments', async () => {
    const query = `query Q($u: ID!, $n: Int, $f: RecommendationFilter, $why: Boolean!) {
      recommendations(userId: $u, first: $n, filter: $f) { items { rank product { ...P } reason @include(if: $why) { kind } } }
    } fragment P on Product { id price }`;
    const ask = () =>
      shop.graphql(query, { u: 'nobody', n: 2, f: { priceMax: 5, excludeProductIds: ['b'] }, why: true });
    const first = await ask();
    expect(first.data).toEqual({
      recommendations: {
        items: [
          { rank: 1, product: { id: 'c', price: 5 }, reason: { kind: 'TRENDING' } },
          { rank: 2, product: { id: 'a', price: 5 }, reason: { kind: 'TRENDING' } },
        ],
      },
    });
    for (let again = 0; again < 3; again++) expect(await ask()).toEqual(first);
  });

  test('to a hash instead of the query are those of the query, once it was sent with its hash', async () => {
    const query = '{ trendingProducts(first: 2) { items { product { id } } } }';
    const persistedQuery = { version: 1, sha256Hash: createHash('sha256').update(query).digest('hex') };
    const ask = async (body: object) => {
      const response = await fetch(`${shop.running.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${shop.keyOf('storefront')}` },
        body: JSON.stringify({ ...body, extensions: { persistedQuery } }),
      });
      return response.text();
    };
    expect(await ask({})).toContain('PERSISTED_QUERY_NOT_FOUND');
    const { text } = await shop.graphql(query);
    expect(await ask({ query })).toBe(text);
    for (let again = 0; again < 3; again++) expect(await ask({})).toBe(text);
  });

  test('carry the same headers, whichever way they come: for nobody to keep, named, and compressed where they are long', async () => {
    const ask = async (fields: string) => {
      const response = await fetch(`${shop.running.url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${shop.keyOf('storefront')}`,
          'x-request-id': 'of-this-test',
        },
        body: JSON.stringify({ query: `{ trendingProducts(first: 5) { ${fields} } }` }),
      });
      const names = ['content-type', 'cache-control', 'x-request-id', 'x-content-type-options', 'content-encoding'];
      await response.text();
      return names.map(name => response.headers.get(name));
    };
    const common = ['application/json; charset=utf-8', 'no-store', 'of-this-test', 'nosniff'];
    const long = Array.from({ length: 40 }, (_, at) => `a${at}: items { product { id name } }`).join(' ');
    for (let again = 0; again < 4; again++) {
      expect(await ask('requestId')).toEqual([...common, null]);
      expect(await ask(long)).toEqual([...common, expect.stringMatching(/^(br|gzip|zstd|deflate)$/)]);
    }
  });

  test('are explained to the admin key only, stage by stage', async () => {
    const query =
      '{ explainRanking(userId: "ann") { sources { name candidates { productId } } merged { productId score source } weighed { productId } leftOut { rule } list { items { product { id } } } } }';
    for (let again = 0; again < 3; again++) {
      const { data } = await shop.graphql(query, {}, { key: shop.keyOf('admin') });
      expect(data?.['explainRanking']).toMatchObject({
        sources: [
          { name: 'bought together', candidates: [{ productId: 'c' }] },
          { name: 'viewed together', candidates: [] },
          { name: 'same category', candidates: [] },
          { name: 'trending' },
        ],
        merged: [{ productId: 'c', source: 'bought together' }, { productId: 'd' }, { productId: 'e' }],
        leftOut: [],
        list: { items: [{ product: { id: 'c' } }, { product: { id: 'd' } }, { product: { id: 'e' } }] },
      });
      const { errors } = await shop.graphql(query);
      expect(errors.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
    }
  });
});
