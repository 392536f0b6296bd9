import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { order, product, RecommenderUnderTest } from './testing/recommender-under-test.js';

/** Waited out only by a test that fails. */
const WITHIN = { timeout: 20_000, interval: 20 };

let shop: RecommenderUnderTest;

beforeAll(async () => {
  shop = await RecommenderUnderTest.start(inject('mongodbUri'), inject('kafkaBrokers'));
});

afterAll(() => shop?.stop());

describe('what happens in the shop shows in the next answers', () => {
  test('a purchase is no longer recommended; a cancelled one is again', async () => {
    expect(await shop.idsOf('recommendations(userId: "dan")')).toContain('a');
    await shop.change('orders', 'c', order('o-dan', 'dan', ['a']));
    await expect.poll(() => shop.idsOf('recommendations(userId: "dan")'), WITHIN).not.toContain('a');
    expect(await shop.idsOf('recommendations(userId: "dan", filter: { includePurchased: true })')).toContain('a');
    await shop.change('orders', 'u', order('o-dan', 'dan', ['a'], 'cancelled'));
    await expect.poll(() => shop.idsOf('recommendations(userId: "dan")'), WITHIN).toContain('a');
  });

  test('a purchase event counts until the order document says otherwise', async () => {
    const items = [{ item_id: 'd', quantity: 1 }];
    const event = {
      _id: 'e-eve',
      event_name: 'purchase',
      event_timestamp: Date.now() * 1000,
      user_pseudo_id: 'eve',
      items,
      ecommerce: { transaction_id: 'o-eve' },
    };
    await shop.change('events', 'c', event);
    await expect.poll(() => shop.idsOf('recommendations(userId: "eve")'), WITHIN).not.toContain('d');
    await shop.change('orders', 'c', order('o-eve', 'eve', ['d'], 'cancelled'));
    await expect.poll(() => shop.idsOf('recommendations(userId: "eve")'), WITHIN).toContain('d');
  });

  test('a product out of stock or inactive goes, and returns; its price is live; a new one takes part', async () => {
    await shop.change('products', 'u', product('e', { stock: 0 }));
    await expect.poll(() => shop.idsOf('trendingProducts(first: 100)'), WITHIN).not.toContain('e');
    await shop.change('products', 'u', product('e', { stock: 3, price: 7.25 }));
    await expect
      .poll(
        async () =>
          (await shop.list('trendingProducts(first: 100)')).items.find(({ product }) => product.id === 'e')?.product
            .price,
        WITHIN,
      )
      .toBe(7.25);
    await shop.change('products', 'c', product('new'));
    await expect.poll(() => shop.idsOf('trendingProducts(first: 100)'), WITHIN).toContain('new');
    await shop.change('products', 'd', product('new'));
    await expect.poll(() => shop.idsOf('trendingProducts(first: 100)'), WITHIN).not.toContain('new');
  });

  test('features, tier and perks of a customer, until the customer is gone', async () => {
    const features = {
      customer_id: 'ann',
      session_count: 3,
      total_time_spend_by_user_in_msec: 120000,
      average_order_value: 12.5,
      no_of_orders: 2,
      version: 4,
    };
    await shop.publish(shop.topics.features, 'ann', features);
    await shop.publish(shop.topics.tiers, 'ann', {
      customer_id: 'ann',
      tier: 'GOLD',
      decided_at: '2026-03-01T00:00:00Z',
      perks: ['Free delivery'],
    });
    const ask = async () =>
      (
        await shop.graphql(
          '{ customer(id: "ann") { id tier perks features { sessionCount totalTimeSpendByUserInMsec averageOrderValue noOfOrders } } }',
        )
      ).data;
    await expect.poll(ask, WITHIN).toEqual({
      customer: {
        id: 'ann',
        tier: 'GOLD',
        perks: ['Free delivery'],
        features: { sessionCount: 3, totalTimeSpendByUserInMsec: 120000, averageOrderValue: 12.5, noOfOrders: 2 },
      },
    });
    await shop.publish(shop.topics.features, 'ann', { ...features, session_count: 1, version: 3 });
    await shop.publish(shop.topics.tiers, 'ann', null);
    await expect
      .poll(async () => (await shop.graphql('{ customer(id: "ann") { tier features { sessionCount } } }')).data, WITHIN)
      .toEqual({
        customer: { tier: 'BRONZE', features: { sessionCount: 3 } },
      });
    await shop.publish(shop.topics.features, 'ann', null);
    await expect.poll(ask, WITHIN).toEqual({ customer: null });
  });

  test('a view and a cart steer the next answer; what is in the cart is not recommended back', async () => {
    const event = (_id: string, event_name: string, item_id: string) => ({
      _id,
      event_name,
      event_timestamp: Date.now() * 1000,
      user_pseudo_id: 'hal',
      items: [{ item_id, quantity: 1 }],
    });
    await shop.change('events', 'c', event('e-hal-1', 'view_item', 'b'));
    const best = async () => (await shop.list('recommendations(userId: "hal")')).items[0];
    await expect
      .poll(best, WITHIN)
      .toMatchObject({ product: { id: 'c' }, reason: { kind: 'BOUGHT_TOGETHER', because: [{ id: 'b' }] } });
    await shop.change('events', 'c', event('e-hal-2', 'add_to_cart', 'c'));
    await expect.poll(() => shop.idsOf('recommendations(userId: "hal")'), WITHIN).not.toContain('c');
    await shop.change('events', 'c', event('e-hal-3', 'remove_from_cart', 'c'));
    await expect.poll(() => shop.idsOf('recommendations(userId: "hal")'), WITHIN).toContain('c');
  });

  test('a customer who is deleted in the shop is forgotten, with what they bought', async () => {
    await shop.change('customers', 'c', { _id: 'ida' });
    await shop.change('orders', 'c', order('o-ida', 'ida', ['a']));
    const ask = async () => (await shop.graphql('{ customer(id: "ida") { tier perks features { noOfOrders } } }')).data;
    await expect.poll(ask, WITHIN).toEqual({ customer: { tier: 'BRONZE', perks: [], features: { noOfOrders: 0 } } });
    await expect.poll(() => shop.idsOf('recommendations(userId: "ida")'), WITHIN).not.toContain('a');
    await shop.change('customers', 'd', { _id: 'ida' });
    await expect.poll(ask, WITHIN).toEqual({ customer: null });
    await expect.poll(() => shop.idsOf('recommendations(userId: "ida")'), WITHIN).toContain('a');
  });

  test('a new product is recommended to who looked at what its visitors looked at, with a new customer after one view', async () => {
    const view = (customer: string, item_id: string) => ({
      _id: `e-${customer}-${item_id}`,
      event_name: 'view_item',
      event_timestamp: Date.now() * 1000,
      user_pseudo_id: customer,
      items: [{ item_id, quantity: 1 }],
    });
    await shop.change('products', 'c', product('pot', { category: 'pots' }));
    await shop.change('products', 'c', product('lid', { category: 'pots' }));
    await shop.change('events', 'c', view('zoe', 'pot'));
    const best = async (customer: string) => (await shop.list(`recommendations(userId: "${customer}")`)).items[0];
    await expect
      .poll(() => best('zoe'), WITHIN)
      .toMatchObject({ product: { id: 'lid' }, reason: { kind: 'SIMILAR', because: [{ id: 'pot' }] } });
    await shop.change('events', 'c', view('yan', 'pot'));
    await shop.change('events', 'c', view('yan', 'd'));
    await expect
      .poll(() => best('zoe'), WITHIN)
      .toMatchObject({ product: { id: 'd' }, reason: { kind: 'SIMILAR', because: [{ id: 'pot' }] } });
    const similar = async () => (await shop.list('similarProducts(productId: "d")')).items[0]?.product.id;
    await expect.poll(similar, WITHIN).toBe('pot');
    for (const id of ['pot', 'lid']) await shop.change('products', 'd', product(id));
    await expect.poll(() => shop.idsOf('trendingProducts(first: 100)'), WITHIN).not.toContain('lid');
  });

  test('a malformed change is passed over, and what follows it is applied', async () => {
    await shop.change('products', 'u', { ...product('a'), price: 'free' } as never);
    await shop.change('products', 'c', product('after'));
    await expect.poll(() => shop.idsOf('trendingProducts(first: 100)'), WITHIN).toContain('after');
    expect(await (await fetch(`${shop.running.url}/metrics`)).text()).toMatch(
      /laurel_recommender_skipped_messages_total\{[^}]*products[^}]*\} 1/,
    );
    await shop.change('products', 'd', product('after'));
  });

  test('another replica and a restarted one know the same', async () => {
    const replica = await shop.replica();
    try {
      const ask = async (url: string) =>
        (
          await shop.graphql(
            `
              {
                recommendations(userId: "ann") {
                  items {
                    score
                    product {
                      id
                    }
                    reason {
                      text
                    }
                  }
                }
              }
            `,
            {},
            { url },
          )
        ).data;
      expect(await ask(replica.url)).toEqual(await ask(shop.running.url));
      await shop.change('orders', 'c', order('o-fay', 'fay', ['b']));
      for (const { url } of [replica, shop.running]) {
        const ids = async () =>
          (await shop.graphql('{ recommendations(userId: "fay") { items { product { id } } } }', {}, { url })).text;
        await expect.poll(ids, WITHIN).not.toContain('"b"');
      }
    } finally {
      await replica.close();
    }
  });
});

test('a read model dropped under the service is loaded anew, and answers go on meanwhile', async () => {
  await shop.resources.laurelDb.collection('recommender_activity').drop();
  await vi.waitFor(
    async () => {
      const { status } = await shop.graphql('{ trendingProducts { requestId } }');
      expect(status).toBe(200);
      const ready = await fetch(`${shop.running.url}/health/ready`);
      expect([ready.status, await ready.text()]).toEqual([503, expect.stringContaining('read model')]);
    },
    { timeout: 10_000, interval: 10 },
  );
  await shop.change('orders', 'c', order('o-gus', 'gus', ['b']));
  await expect
    .poll(() => shop.idsOf('recommendations(userId: "gus")'), { timeout: 20_000, interval: 50 })
    .not.toContain('b');
  await vi.waitFor(async () => expect((await fetch(`${shop.running.url}/health/ready`)).status).toBe(200), {
    timeout: 20_000,
    interval: 50,
  });
});
