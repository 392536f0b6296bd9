import { eventLoopTurn } from '@laurel/service';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { LIST, RecommenderUnderTest } from './testing/recommender-under-test.js';

let shop: RecommenderUnderTest;

beforeAll(async () => {
  shop = await RecommenderUnderTest.start(inject('mongodbUri'), inject('kafkaBrokers'));
});

afterAll(() => shop?.stop());

describe('what is refused', () => {
  test.each([
    ['first 0', 'first', 'recommendations(userId: "ann", first: 0) { requestId }'],
    ['first 101', 'first', 'recommendations(userId: "ann", first: 101) { requestId }'],
    ['an empty id', 'userId', 'recommendations(userId: "") { requestId }'],
    ['a long id', 'userId', `recommendations(userId: "${'x'.repeat(257)}") { requestId }`],
    [
      'crossed prices',
      'filter.priceMin',
      'recommendations(userId: "ann", filter: { priceMin: 5, priceMax: 4 }) { requestId }',
    ],
    ['a price below 0', 'filter.priceMin', 'recommendations(userId: "ann", filter: { priceMin: -1 }) { requestId }'],
    [
      '101 categories',
      'filter.categories',
      `recommendations(userId: "ann", filter: { categories: [${'"c",'.repeat(101)}] }) { requestId }`,
    ],
    [
      'an empty id in a list',
      'filter.excludeProductIds[0]',
      'recommendations(userId: "ann", filter: { excludeProductIds: [""] }) { requestId }',
    ],
    [
      'a cart of 101',
      'context.cartProductIds',
      `recommendations(userId: "ann", context: { cartProductIds: [${'"c",'.repeat(101)}] }) { requestId }`,
    ],
    ['a batch of nobody', 'userIds', 'recommendationsBatch(userIds: []) { requestId }'],
    ['a batch of 51', 'userIds', `recommendationsBatch(userIds: [${'"c",'.repeat(51)}]) { requestId }`],
    ['an empty id in a batch', 'userIds[1]', 'recommendationsBatch(userIds: ["a", ""]) { requestId }'],
    ['no products', 'productIds', 'boughtTogether(productIds: []) { requestId }'],
    ['an empty product id', 'id', 'product(id: "") { id }'],
    ['a search without words', 'text', 'searchProducts(text: " … ") { id }'],
    ['a search of 201 characters', 'text', `searchProducts(text: "${'x'.repeat(201)}") { id }`],
  ])('%s: BAD_USER_INPUT naming %s', async (_, argument, call) => {
    for (let again = 0; again < 3; again++) {
      const { errors, text } = await shop.graphql(`{ ${call} }`);
      expect(errors.map(({ extensions }) => [extensions.code, extensions.argument])).toEqual([
        ['BAD_USER_INPUT', argument],
      ]);
      expect(errors[0]?.message).toMatch(/Allowed: /);
      expect(text).not.toContain('stacktrace');
    }
  });

  test('variables of the wrong type, interpreted and compiled', async () => {
    const query = 'query ($n: Int) { trendingProducts(first: $n) { requestId } }';
    for (const n of [1, 'many', 2, 'many', 'many']) {
      const { status, errors } = await shop.graphql(query, { n });
      if (typeof n === 'number') expect(errors).toEqual([]);
      else expect([status, errors[0]?.extensions.code]).toEqual([400, 'BAD_USER_INPUT']);
    }
  });

  test('no key and a wrong key 401, a key of another scope 403, admin passes', async () => {
    const ask = (key: string) => shop.graphql('{ trendingProducts { requestId } }', {}, { key });
    expect((await ask('')).status).toBe(401);
    expect((await ask('not-a-key-of-this-shop')).status).toBe(401);
    expect((await ask(shop.keyOf('crm'))).status).toBe(403);
    expect((await ask(shop.keyOf('admin'))).status).toBe(200);
  });

  test('introspection, and suggestions that would tell of the schema', async () => {
    const { status, errors } = await shop.graphql('{ __schema { types { name } } }');
    expect([status, errors[0]?.message]).toEqual([400, expect.stringMatching(/introspection is not allowed/)]);
    expect((await shop.graphql('{ trendingProduct { requestId } }')).text).not.toContain('trendingProducts');
  });

  test('too deep, too costly, too long, batches, and queries by GET from a foreign page', async () => {
    const deep = `{ trendingProducts { ${'... { '.repeat(9)} requestId ${'} '.repeat(9)} } }`;
    expect((await shop.graphql(deep)).errors[0]).toMatchObject({
      message: expect.stringContaining('Allowed: 8 levels'),
    });
    const everything = LIST.replaceAll(/(product|because) \{[^}]*\}/g, '$1 { id name category price rating imageUrl }');
    const full = (alias: string) => `${alias}: recommendations(userId: "ann", first: 100) { ${everything} }`;
    expect((await shop.graphql(`{ ${full('x')} ${full('y')} }`)).errors).toEqual([]);
    expect((await shop.graphql(`{ ${['x', 'y', 'z'].map(full).join(' ')} }`)).errors[0]).toMatchObject({
      message: expect.stringContaining('Allowed: 8000'),
    });
    expect((await shop.graphql(`{ trendingProducts { ${'requestId '.repeat(3000)} } }`)).errors[0]?.message).toMatch(
      /token/i,
    );
    const headers = { authorization: `Bearer ${shop.keyOf('storefront')}` };
    const batch = await fetch(`${shop.running.url}/graphql`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: '[{"query":"{__typename}"}]',
    });
    expect(batch.status).toBe(400);
    const foreign = await fetch(`${shop.running.url}/graphql?query=${encodeURIComponent('{__typename}')}`, { headers });
    expect(foreign.status).toBe(400);
  });

  test('a batch while too much is asked: 503, and when to ask again', async () => {
    let rush: NodeJS.Immediate;
    const keepOthersWaiting = (): void => {
      for (let request = 0; request < 40; request++) eventLoopTurn.take();
      const untilMs = performance.now() + 35;
      while (performance.now() < untilMs);
      rush = setImmediate(keepOthersWaiting);
    };
    const ask = (call: string) =>
      fetch(`${shop.running.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${shop.keyOf('storefront')}` },
        body: JSON.stringify({ query: `{ ${call} { requestId } }` }),
      });
    for (let again = 0; again < 3; again++) {
      keepOthersWaiting();
      const { status, headers } = await ask('recommendationsBatch(userIds: ["ann", "bob"])').finally(() =>
        clearImmediate(rush),
      );
      expect([status, headers.get('retry-after')]).toEqual([503, '1']);
    }
    await expect
      .poll(async () => (await ask('recommendationsBatch(userIds: ["ann", "bob"])')).status, { timeout: 30_000 })
      .toBe(200);
  });

  test('fragments in a circle end in an error, not in an endless loop', async () => {
    const { errors } = await shop.graphql(
      '{ trendingProducts { ...A } } fragment A on RecommendationList { ...B } fragment B on RecommendationList { ...A }',
    );
    expect(errors.length).toBeGreaterThan(0);
  });
});
