import { type CountedOrder, countedOrder, Money, type Order, orderSchema, shopEventSchema } from '@laurel/shop';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { ChangelogRow } from '../changelog-batch.js';
import { Changes, feedback, loose, order, product, purchase, visit } from '../testing/changes.js';
import { temporaryDuckDb } from '../testing/temporary-duckdb.js';
import type { TemporaryWarehouse } from '../testing/temporary-warehouse.js';

let temporary: TemporaryWarehouse;
let changes: Changes;

beforeEach(async () => {
  temporary = await temporaryDuckDb();
  changes = new Changes();
});
afterEach(() => temporary.remove());

const asOf = new Date('2026-06-01T00:00:00Z');
const anyRow = z.record(z.string(), z.unknown());
const rows = (sql: string) => temporary.warehouse.query(sql, anyRow);

async function build(changed: readonly ChangelogRow[], windowDays = 365): Promise<void> {
  const result = await temporary.warehouse.append(loose(...changed));
  expect(result.rejected).toEqual([]);
  await temporary.warehouse.buildModels({ asOf, windowDays });
}

const orders = () => rows('SELECT order_id, customer_id, source, order_value FROM laurel.fct_orders ORDER BY order_id');
const features = (user: string) =>
  temporary.warehouse.query('SELECT * FROM laurel.user_features WHERE user_pseudo_id = @user', anyRow, { user });

describe('an order counts once', () => {
  test('as a document, as a purchase event, or as both, where the document wins', async () => {
    await build([
      changes.put('orders', order('document', 'u1', [['p1', 3, 2.55]])),
      changes.put(
        'events',
        purchase('e1', 'u2', 'event', {
          items: [{ item_id: 'p1', price: 0.1, quantity: 3 }, { item_id: 'p2', price: 1 }, { item_id: 'p3' }],
        }),
      ),
      changes.put('orders', order('both', 'u3', [['p1', 1, 5]])),
      changes.put(
        'events',
        purchase('e2', 'u4', 'both', { ecommerce: { transaction_id: 'both', purchase_revenue: 99 } }),
      ),
    ]);
    expect(await orders()).toEqual([
      { order_id: 'both', customer_id: 'u3', source: 'document', order_value: '5' },
      { order_id: 'document', customer_id: 'u1', source: 'document', order_value: '7.65' },
      { order_id: 'event', customer_id: 'u2', source: 'event', order_value: '1.3' },
    ]);
  });

  test('not at all where the document says cancelled or refunded, whatever events say', async () => {
    await build([
      changes.put('orders', order('o1', 'u1', [['p1', 1, 5]], { status: 'cancelled' })),
      changes.put('events', purchase('e1', 'u1', 'o1')),
      changes.put('orders', order('o2', 'u1', [['p1', 1, 5]], { status: 'refunded' })),
    ]);
    expect(await orders()).toEqual([]);
    expect(await features('u1')).toMatchObject([
      { no_of_orders: 0, average_order_value: 0, revenue: '0', last_order_at: null },
    ]);
  });

  test('of several purchase events the earliest counts, then the smallest id; purchase_revenue goes before the items', async () => {
    const at = (time: string) => ({ event_timestamp: Date.parse(time) * 1000 });
    const revenue = (transaction_id: string, purchase_revenue: number) => ({
      ecommerce: { transaction_id, purchase_revenue },
    });
    await build([
      changes.put('events', purchase('a', 'u1', 't1', { ...at('2026-05-03T00:00:00Z'), ...revenue('t1', 3) })),
      changes.put('events', purchase('c', 'u1', 't1', { ...at('2026-05-02T00:00:00Z'), ...revenue('t1', 2) })),
      changes.put(
        'events',
        purchase('b', 'u1', 't1', {
          ...at('2026-05-02T00:00:00Z'),
          ...revenue('t1', 1),
          items: [{ item_id: 'p', price: 50, quantity: 1 }],
        }),
      ),
    ]);
    expect(await orders()).toEqual([{ order_id: 't1', customer_id: 'u1', source: 'event', order_value: '1' }]);
  });

  test('a purchase event without a transaction id is no order', async () => {
    await build([
      changes.put('events', purchase('e1', 'u1', undefined)),
      changes.put('events', purchase('e2', 'u1', '')),
    ]);
    expect(await orders()).toEqual([]);
  });

  test('a deleted order document lets its purchase event count again', async () => {
    await build([
      changes.put('orders', order('o1', 'u1', [['p1', 1, 5]])),
      changes.put('events', purchase('e1', 'u1', 'o1', { items: [{ item_id: 'p1', price: 4, quantity: 1 }] })),
      changes.delete('orders', 'o1'),
    ]);
    expect(await orders()).toEqual([{ order_id: 'o1', customer_id: 'u1', source: 'event', order_value: '4' }]);
  });

  test('as the rule in @laurel/shop says, for any orders and events', async () => {
    const line = fc.record({
      productId: fc.constantFrom('p1', 'p2'),
      quantity: fc.integer({ min: 1, max: 9 }),
      price: fc.integer({ max: 99999, min: 0 }).map(cents => cents / 100),
    });
    const document = fc.record({
      kind: fc.constant('document' as const),
      id: fc.constantFrom('t1', 't2', 't3'),
      customer: fc.constantFrom('u1', 'u2'),
      status: fc.constantFrom('placed' as const, 'shipped' as const, 'cancelled' as const),
      lines: fc.array(line, { maxLength: 3 }),
    });
    const event = fc.record({
      kind: fc.constant('event' as const),
      id: fc.constantFrom('e1', 'e2', 'e3', 'e4'),
      transaction: fc.constantFrom('t1', 't2', 't3', 't4'),
      customer: fc.constantFrom('u1', 'u2'),
      micros: fc.integer({ min: 1_777_000_000_000_000, max: 1_777_000_000_000_003 }),
      revenue: fc.option(
        fc.integer({ min: 0, max: 9999 }).map(cents => cents / 100),
        { nil: undefined },
      ),
      lines: fc.array(line, { maxLength: 3 }),
    });
    const removal = fc.record({ kind: fc.constant('delete' as const), id: fc.constantFrom('t1', 't2', 't3') });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(document, event, removal), { maxLength: 12 }), async history => {
        const documents = new Map<string, Order>();
        const purchases = new Map<string, ReturnType<typeof shopEventSchema.parse>>();
        const changed: ChangelogRow[] = ['t1', 't2', 't3', 't4'].map(id => changes.delete('orders', id));
        changed.push(...['e1', 'e2', 'e3', 'e4'].map(id => changes.delete('events', id)));
        for (const step of history) {
          if (step.kind === 'delete') {
            documents.delete(step.id);
            changed.push(changes.delete('orders', step.id));
          } else if (step.kind === 'document') {
            const lines = step.lines.map(({ productId, quantity, price }) => [productId, quantity, price] as const);
            const plain = order(step.id, step.customer, lines, { status: step.status });
            documents.set(step.id, orderSchema.parse(plain));
            changed.push(changes.put('orders', plain, 'u'));
          } else {
            const plain = purchase(step.id, step.customer, step.transaction, {
              event_timestamp: step.micros,
              ecommerce: { transaction_id: step.transaction, purchase_revenue: step.revenue },
              items: step.lines.map(({ productId, quantity, price }) => ({ item_id: productId, quantity, price })),
            });
            purchases.set(step.id, shopEventSchema.parse(plain));
            changed.push(changes.put('events', plain, 'u'));
          }
        }
        const expected = ['t1', 't2', 't3', 't4']
          .map(transactionId =>
            countedOrder({
              transactionId,
              document: documents.get(transactionId) ?? null,
              purchases: [...purchases]
                .filter(([, found]) => found.ecommerce?.transaction_id === transactionId)
                .map(([eventId, found]) => ({ eventId, event: found })),
            }),
          )
          .filter((counted): counted is CountedOrder => counted !== undefined);
        await temporary.warehouse.append(loose(...changed));
        await temporary.warehouse.buildModels({ asOf, select: ['fct_orders', 'user_features'] });
        expect(
          await rows('SELECT order_id, customer_id, placed_at, order_value FROM laurel.fct_orders ORDER BY order_id'),
        ).toEqual(
          expected.map(counted => ({
            order_id: counted.transactionId,
            customer_id: counted.customerId,
            placed_at: counted.placedAt,
            order_value: Money.toString(counted.value),
          })),
        );
        for (const user of ['u1', 'u2']) {
          const own = expected.filter(counted => counted.customerId === user);
          const total = own.reduce((sum, counted) => sum + counted.value, 0n);
          const [row] = await features(user);
          if (row) {
            expect(row).toMatchObject({
              no_of_orders: own.length,
              revenue: Money.toString(total),
              average_order_value: own.length === 0 ? 0 : Money.toNumber(total) / own.length,
            });
          } else expect(own).toEqual([]);
        }
      }),
      { numRuns: 25 },
    );
  }, 120_000);
});

describe('money', () => {
  test('is exact where floating point is not', async () => {
    await build([
      changes.put(
        'orders',
        order('o1', 'u1', [...Array.from({ length: 10 }, () => ['p1', 1, 0.1] as const), ['p1', 3, 1.1]]),
      ),
    ]);
    expect(await orders()).toMatchObject([{ order_value: '4.3' }]);
    expect(await rows('SELECT line_value FROM laurel.fct_order_lines WHERE line_number = 11')).toEqual([
      { line_value: '3.3' },
    ]);
  });

  test('keeps nine decimals, also of small and large prices', async () => {
    await build([
      changes.put('orders', order('o1', 'u1', [['p1', 1, 1e-7]])),
      changes.put('orders', order('o2', 'u1', [['p1', 7, 9_999_999_999.5]])),
      changes.put('orders', order('o3', 'u1', [['p1', 0.5, 0.000000001]])),
      changes.put('products', product('p1', 0.1 + 0.2)),
    ]);
    expect((await orders()).map(row => row['order_value'])).toEqual(['0.0000001', '69999999996.5', '0.000000001']);
    expect(await rows('SELECT price FROM laurel.dim_products')).toEqual([{ price: '0.3' }]);
  });
});

describe('user_features', () => {
  test('counts sessions, time and orders in the window, and knows everybody', async () => {
    await build(
      [
        changes.put('customers', { _id: 'silent' }),
        changes.put('orders', order('o1', 'buyer', [['p1', 1, 10]], { placedAt: new Date('2026-05-02T00:00:00Z') })),
        changes.put('orders', order('o2', 'buyer', [['p1', 1, 5.5]], { placedAt: new Date('2026-05-03T00:00:00Z') })),
        changes.put(
          'orders',
          order('early', 'buyer', [['p1', 1, 1000]], { placedAt: new Date('2026-05-01T23:59:59.999Z') }),
        ),
        changes.put('orders', order('late', 'buyer', [['p1', 1, 1]], { placedAt: new Date('2027-01-01T00:00:00Z') })),
        changes.put('events', visit('v1', 'visitor', 7, 100)),
        changes.put('events', visit('v2', 'visitor', 7, 250)),
        changes.put('events', visit('v3', 'visitor', 'text', null)),
        changes.put('events', visit('v4', 'visitor', null, 50)),
        changes.put('events', visit('v5', 'visitor', 8, 9000, '2026-05-01T23:59:59.999Z')),
        changes.put('events', visit('v6', 'visitor', 9, 1, '2026-05-02T00:00:00.000Z')),
        changes.put('events', visit('gone', 'visitor', 10, 1)),
        changes.delete('events', 'gone'),
      ],
      30,
    );
    expect(await rows('SELECT * FROM laurel.user_features ORDER BY user_pseudo_id')).toMatchObject([
      {
        user_pseudo_id: 'buyer',
        session_count: 0,
        total_time_spend_by_user_in_msec: 0,
        no_of_orders: 3,
        revenue: '16.5',
        average_order_value: 5.5,
        first_order_at: new Date('2026-05-02T00:00:00Z'),
        last_order_at: new Date('2027-01-01T00:00:00Z'),
        window_start: new Date('2026-05-02T00:00:00Z'),
      },
      {
        user_pseudo_id: 'silent',
        session_count: 0,
        no_of_orders: 0,
        average_order_value: 0,
        revenue: '0',
        last_order_at: null,
      },
      { user_pseudo_id: 'visitor', session_count: 3, total_time_spend_by_user_in_msec: 401, no_of_orders: 0 },
    ]);
  });
});

describe('product_affinity', () => {
  test('rates what others bought together with the own products by quantity, and flags the already bought', async () => {
    await build([
      changes.put(
        'orders',
        order('o1', 'other', [
          ['tea', 1, 1],
          ['cup', 4, 1],
          ['pot', 1, 1],
        ]),
      ),
      changes.put(
        'orders',
        order('o2', 'third', [
          ['tea', 1, 1],
          ['cup', 2, 1],
        ]),
      ),
      changes.put(
        'orders',
        order('o3', 'me', [
          ['tea', 2, 1],
          ['pot', 1, 1],
        ]),
      ),
      changes.put(
        'orders',
        order(
          'o4',
          'third',
          [
            ['tea', 1, 1],
            ['cup', 100, 1],
          ],
          { status: 'cancelled' },
        ),
      ),
    ]);
    expect(
      await rows(
        "SELECT product_recommended, rating, already_bought FROM laurel.product_affinity WHERE user_pseudo_id = 'me' ORDER BY 1",
      ),
    ).toEqual([
      { product_recommended: 'cup', rating: 10, already_bought: false },
      { product_recommended: 'pot', rating: 2, already_bought: true },
      { product_recommended: 'tea', rating: 3, already_bought: true },
    ]);
  });

  test('takes at most 30 products of a basket and 30 companions of a product', async () => {
    const items = Array.from({ length: 100 }, (_, index) => [`p${index}`, 1, 1] as const);
    await build([changes.put('orders', order('o1', 'u1', items))]);
    expect(
      await rows('SELECT COUNT(*) AS pairs, COUNT(DISTINCT product_id) AS products FROM laurel.int_product_pairs'),
    ).toEqual([{ pairs: 30 * 29, products: 30 }]);
  });
});

test('fct_product_interests tells once a day what a customer looked at or put into the cart, of products that are known', async () => {
  const saw = (id: string, user: string, event_name: string, at: string, ...products: string[]) =>
    changes.put('events', {
      ...visit(id, user, 7, 5, at),
      event_name,
      items: products.map(item_id => ({ item_id })),
    });
  await build([
    changes.put('products', product('tea', 1)),
    changes.put('products', product('cup', 1)),
    saw('e1', 'ann', 'view_item', '2026-05-01T09:30:00Z', 'tea', 'cup'),
    saw('e2', 'ann', 'view_item', '2026-05-01T09:00:00Z', 'tea'),
    saw('e3', 'ann', 'view_item', '2026-05-02T00:00:00Z', 'tea', 'unheard of'),
    saw('e4', 'bob', 'add_to_cart', '2026-05-02T10:00:00Z', 'cup'),
    saw('e5', 'bob', 'remove_from_cart', '2026-05-02T11:00:00Z', 'cup'),
    saw('e6', 'bob', 'view_item', '2026-05-02T12:00:00Z', 'tea'),
    changes.delete('events', 'e6'),
  ]);
  expect(await rows('SELECT * FROM laurel.fct_product_interests ORDER BY customer_id, day, product_id')).toEqual([
    interest('ann', 'cup', 'view', '2026-05-01', '09:30:00Z'),
    interest('ann', 'tea', 'view', '2026-05-01', '09:00:00Z'),
    interest('ann', 'tea', 'view', '2026-05-02', '00:00:00Z'),
    interest('bob', 'cup', 'cart', '2026-05-02', '10:00:00Z'),
  ]);
  function interest(customer_id: string, product_id: string, kind: string, day: string, time: string) {
    return { customer_id, product_id, kind, day, first_at: new Date(`${day}T${time}`) };
  }
});

test('events_flat_data has a row per event and item, and one for an event without items', async () => {
  await build([
    changes.put('events', {
      ...visit('v1', 'u1', 7, 100),
      items: [
        { item_id: 'p1', price: 2.55 },
        { item_id: 'p2', item_category: 'cups' },
      ],
    }),
    changes.put('events', visit('v2', 'u1', 7, null)),
  ]);
  expect(
    await rows(
      'SELECT event_id, event_date, ga_session_id, engagement_time_msec, item_id, price, item_category FROM laurel.events_flat_data ORDER BY event_id, item_id',
    ),
  ).toEqual([
    {
      event_id: 'v1',
      event_date: '2026-05-02',
      ga_session_id: '7',
      engagement_time_msec: 100,
      item_id: 'p1',
      price: '2.55',
      item_category: null,
    },
    {
      event_id: 'v1',
      event_date: '2026-05-02',
      ga_session_id: '7',
      engagement_time_msec: 100,
      item_id: 'p2',
      price: null,
      item_category: 'cups',
    },
    {
      event_id: 'v2',
      event_date: '2026-05-02',
      ga_session_id: '7',
      engagement_time_msec: 0,
      item_id: null,
      price: null,
      item_category: null,
    },
  ]);
});

test('dimensions: days without gaps, places, products that left the catalogue', async () => {
  await build([
    changes.put('customers', { _id: 'u1', country: 'GB', postalCode: 'AB1', consent: { email_marketing: 'GRANTED' } }),
    changes.put('products', { ...product('p1', 2), stock: 0 }),
    changes.put('products', product('p2', 2)),
    changes.delete('products', 'p2'),
    changes.put('orders', order('o1', 'u1', [['p2', 2, 2]], { placedAt: new Date('2026-02-27T23:00:00Z') })),
    changes.put('orders', order('o2', 'u1', [['p1', 1, 2]], { placedAt: new Date('2026-03-02T00:00:00Z') })),
  ]);
  expect((await rows('SELECT day FROM laurel.dim_date ORDER BY day')).map(row => row['day'])).toEqual([
    '2026-02-27',
    '2026-02-28',
    '2026-03-01',
    '2026-03-02',
  ]);
  expect(await rows('SELECT location_id, customer_count FROM laurel.dim_location')).toEqual([
    { location_id: 'GB/AB1', customer_count: 1 },
  ]);
  expect(
    await rows('SELECT product_id, product_name, is_available, revenue FROM laurel.dim_products ORDER BY product_id'),
  ).toEqual([
    { product_id: 'p1', product_name: 'Product p1', is_available: false, revenue: '2' },
    { product_id: 'p2', product_name: null, is_available: false, revenue: '4' },
  ]);
  expect(await rows('SELECT consent_email_marketing, consent_ad_user_data FROM laurel.dim_customers')).toEqual([
    { consent_email_marketing: 'GRANTED', consent_ad_user_data: null },
  ]);
});

test('any order of batches, with any of them repeated, gives the same current state', async () => {
  const history = fc.array(fc.tuple(fc.constantFrom('p1', 'p2', 'p3'), fc.option(fc.integer({ min: 0, max: 99 }))), {
    minLength: 1,
    maxLength: 10,
  });
  const current = (warehouse: TemporaryWarehouse) =>
    warehouse.warehouse.query('SELECT * FROM laurel.stg_products ORDER BY product_id', anyRow);
  await temporary.warehouse.buildModels({ select: ['stg_products'] });
  await fc.assert(
    fc.asyncProperty(history, fc.infiniteStream(fc.nat()), async (steps, numbers) => {
      const run = new Changes();
      const made = steps.map(([id, price]) =>
        price === null ? run.delete('products', id) : run.put('products', product(id, price)),
      );
      const shuffled = [...made, ...made.filter(() => numbers.next().value % 3 === 0)]
        .map(row => ({ row, at: numbers.next().value }))
        .sort((a, b) => a.at - b.at)
        .map(({ row }) => row);
      const straight = await temporaryDuckDb();
      const mixed = await temporaryDuckDb();
      try {
        for (const row of made) await straight.warehouse.append(loose(row));
        for (const row of shuffled) await mixed.warehouse.append(loose(row));
        await straight.warehouse.buildModels({ select: ['stg_products'] });
        await mixed.warehouse.buildModels({ select: ['stg_products'] });
        expect(await current(mixed)).toEqual(await current(straight));
      } finally {
        await straight.remove();
        await mixed.remove();
      }
    }),
    { numRuns: 15 },
  );
}, 120_000);

describe('the runner', () => {
  test('all declared tests pass on an empty shop and on a small one', async () => {
    await temporary.warehouse.buildModels();
    expect((await temporary.warehouse.testModels()).filter(result => !result.passed)).toEqual([]);
    await build([
      changes.put('products', product('p1', 1)),
      changes.put('customers', { _id: 'u1', country: 'GB' }),
      changes.put(
        'orders',
        order('o1', 'u1', [
          ['p1', 1, 1],
          ['p2', 1, 1],
        ]),
      ),
      changes.put('events', purchase('e1', 'u2', 't1', { items: [{ item_id: 'p1' }] })),
    ]);
    const results = await temporary.warehouse.testModels();
    expect(results.length).toBeGreaterThan(80);
    expect(results.filter(result => !result.passed)).toEqual([]);
  });

  test('builds what is selected and what that reads, and says so as it goes', async () => {
    const finished: string[] = [];
    const report = await temporary.warehouse.buildModels({
      select: ['int_sessions'],
      onProgress: ({ model, state, done, total }) => state === 'finished' && finished.push(`${model} ${done}/${total}`),
    });
    expect(finished).toEqual(['stg_events 1/2', 'int_sessions 2/2']);
    expect(report.models.map(({ model, materialization, rows: count }) => [model, materialization, count])).toEqual([
      ['stg_events', 'view', null],
      ['int_sessions', 'table', 0],
    ]);
    await expect(temporary.warehouse.buildModels({ select: ['nothing'] })).rejects.toThrow(
      'Model nothing: there is no such model',
    );
  });

  test('an aborted build leaves the models as they were', async () => {
    await build([changes.put('customers', { _id: 'u1' })]);
    await temporary.warehouse.append(loose(changes.put('customers', { _id: 'u2' })));
    const abort = new AbortController();
    const building = temporary.warehouse.buildModels({
      signal: abort.signal,
      onProgress: ({ model }) => model === 'dim_customers' && abort.abort(),
    });
    await expect(building).rejects.toThrow('aborted');
    expect(await rows('SELECT COUNT(*) AS n FROM laurel.user_features')).toEqual([{ n: 1 }]);
  });
});

describe('fct_recommendations', () => {
  const ann = { user_pseudo_id: 'ann', test_group: '1' };
  const recommendations = () =>
    rows(
      'SELECT request_id, product_id, clicked_at, bought_at, revenue FROM laurel.fct_recommendations ORDER BY request_id, product_id',
    );

  test('credits an order line once: to what was clicked last before it, else to what was shown last', async () => {
    const bought = { placedAt: new Date('2026-05-03T00:00:00Z') };
    await build([
      changes.put('feedback', feedback('view_item_list', 'r1', 'p1', '2026-05-01T10:00:00Z', ann)),
      changes.put('feedback', feedback('select_item', 'r1', 'p1', '2026-05-01T10:01:00Z', ann)),
      changes.put('feedback', feedback('view_item_list', 'r2', 'p1', '2026-05-02T10:00:00Z', ann)),
      changes.put('feedback', feedback('view_item_list', 'r1', 'p2', '2026-05-01T10:00:00Z', ann)),
      changes.put('feedback', feedback('view_item_list', 'r2', 'p2', '2026-05-02T10:00:00Z', ann)),
      changes.put('feedback', feedback('select_item', 'r1', 'p2', '2026-05-04T10:00:00Z', ann)),
      changes.put(
        'orders',
        order(
          'o1',
          'ann',
          [
            ['p1', 2, 5],
            ['p2', 1, 7],
          ],
          bought,
        ),
      ),
      changes.put('events', purchase('e1', 'ann', 'o1')),
      changes.put(
        'feedback',
        feedback('purchase', 'r1', 'p1', '2026-05-03T00:00:00Z', { ...ann, transaction_id: 'o1' }),
      ),
    ]);
    const boughtAt = bought.placedAt;
    expect(await recommendations()).toMatchObject([
      { request_id: 'r1', product_id: 'p1', bought_at: boughtAt, revenue: '10' },
      { request_id: 'r1', product_id: 'p2', bought_at: null, revenue: '0' },
      { request_id: 'r2', product_id: 'p1', bought_at: null, revenue: '0' },
      { request_id: 'r2', product_id: 'p2', bought_at: boughtAt, revenue: '7' },
    ]);
    expect(await orders()).toMatchObject([{ order_id: 'o1', order_value: '17' }]);
  });

  test('credits nothing that was bought before, after 7 days, by somebody else, or cancelled', async () => {
    const at = (time: string, more = {}) => ({ placedAt: new Date(time), ...more });
    await build([
      changes.put('feedback', feedback('view_item_list', 'r1', 'p1', '2026-05-01T10:00:00Z', ann)),
      changes.put('orders', order('before', 'ann', [['p1', 1, 5]], at('2026-05-01T09:59:59.999Z'))),
      changes.put('orders', order('late', 'ann', [['p1', 1, 5]], at('2026-05-08T10:00:00Z'))),
      changes.put('orders', order('other', 'bob', [['p1', 1, 5]], at('2026-05-02T10:00:00Z'))),
      changes.put(
        'orders',
        order('cancelled', 'ann', [['p1', 1, 5]], at('2026-05-02T10:00:00Z', { status: 'cancelled' })),
      ),
    ]);
    expect(await recommendations()).toMatchObject([{ bought_at: null, revenue: '0' }]);
  });

  test('counts what is told again once, in whatever order it comes, and only what was shown', async () => {
    await build([
      changes.put('feedback', feedback('purchase', 'r1', 'p1', '2026-05-01T12:00:00Z')),
      changes.put('feedback', feedback('select_item', 'r1', 'p1', '2026-05-01T11:00:00Z')),
      changes.put('feedback', feedback('view_item_list', 'r1', 'p1', '2026-05-01T10:00:00Z')),
      changes.put('feedback', feedback('view_item_list', 'r1', 'p1', '2026-05-01T10:30:00Z')),
      changes.put('feedback', feedback('select_item', 'r2', 'p1', '2026-05-01T11:00:00Z')),
    ]);
    expect(await recommendations()).toEqual([
      {
        request_id: 'r1',
        product_id: 'p1',
        revenue: '0',
        clicked_at: new Date('2026-05-01T11:00:00Z'),
        bought_at: new Date('2026-05-01T12:00:00Z'),
      },
    ]);
    expect(
      await rows('SELECT impressions, clicks, purchases, click_through_rate FROM laurel.recommendation_metrics'),
    ).toEqual([{ impressions: 1, clicks: 1, purchases: 1, click_through_rate: 1 }]);
  });
});
