import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { buildSchema } from 'graphql/index.js';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { randomQuery } from './testing/random-query.js';
import { order, product, RecommenderUnderTest } from './testing/recommender-under-test.js';

/** What is only ever known of the customer zed, whom no query names. */
const SECRET = /of-zed/;
const CODES_OF_CLIENTS = [
  'BAD_USER_INPUT',
  'FORBIDDEN',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
];
const IDS = ['ann', 'bob', 'cy', 'nobody', 'a', 'b', 'c', 'gone', 'tea'];

const schema = buildSchema(readFileSync(join(import.meta.dirname, '..', 'schema.graphql'), 'utf8'));
let shop: RecommenderUnderTest;

beforeAll(async () => {
  shop = await RecommenderUnderTest.start(inject('mongodbUri'), inject('kafkaBrokers'));
  await shop.change('products', 'c', product('bought-of-zed', { active: false }));
  await shop.change('orders', 'c', order('order-of-zed', 'zed', ['bought-of-zed']));
  const tier = { customer_id: 'zed', tier: 'PLATINUM', decided_at: '2026-03-01T00:00:00Z', perks: ['perk-of-zed'] };
  await shop.publish(shop.topics.tiers, 'zed', tier);
  await vi.waitFor(
    async () => expect((await shop.graphql('{ customer(id: "zed") { perks } }')).text).toContain('perk-of-zed'),
    { timeout: 20_000, interval: 50 },
  );
});

afterAll(() => shop?.stop());

test('whatever is asked: never an error of ours, nothing of another customer, and the same compiled as interpreted', async () => {
  await fc.assert(
    fc.asyncProperty(fc.gen(), fc.constantFrom('storefront', 'admin'), async (draw, scope) => {
      const query = randomQuery(draw, schema, IDS);
      const ask = async () => {
        const reply = await shop.graphql(query, { given: 'ann' }, { key: shop.keyOf(scope) });
        return { ...reply, text: reply.text.replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'request id') };
      };
      const first = await ask();
      expect([200, 400]).toContain(first.status);
      for (const { extensions } of first.errors) expect(CODES_OF_CLIENTS).toContain(extensions.code);
      expect(first.text).not.toMatch(SECRET);
      for (let again = 0; again < 2; again++) expect((await ask()).text).toBe(first.text);
    }),
    { numRuns: 150 },
  );
}, 120_000);
