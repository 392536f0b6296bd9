import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { Changes, feedback, loose, order, product, purchase, visit } from './changes.js';
import type { TemporaryWarehouse } from './temporary-warehouse.js';

/** What every warehouse promises of the rows of one customer. */
export function customerRowsSuite(open: () => Promise<TemporaryWarehouse>): void {
  let temporary: TemporaryWarehouse;

  beforeAll(async () => {
    temporary = await open();
    const changes = new Changes();
    const { warehouse } = temporary;
    for (const batch of [
      [changes.put('products', product('p1', 2)), changes.put('products', product('p2', 3))],
      [changes.put('customers', { _id: 'ann', email: 'ann@example.com' }), changes.put('customers', { _id: 'bob' })],
      [
        changes.put('orders', order('o1', 'ann', [['p1', 1, 2]])),
        changes.put('orders', order('o2', 'bob', [['p2', 1, 3]])),
        changes.put('orders', order('o3', 'ann', [['p2', 2, 3]])),
        changes.delete('orders', 'o3'),
        changes.put('orders', order('o4', 'ann', [['p2', 2, 3]])),
        changes.put('orders', order('o4', 'bob', [['p2', 2, 3]]), 'u'),
        changes.delete('orders', 'o4'),
      ],
      [
        changes.put('events', visit('e1', 'ann', 1, 500)),
        changes.put('events', purchase('e2', 'ann', 'o1')),
        changes.put('events', visit('e3', 'bob', 2, 500)),
        changes.put('events', { ...visit('e4', 'ann', 1, 5), event_name: 'view_item', items: [{ item_id: 'p1' }] }),
      ],
      [
        changes.put(
          'feedback',
          feedback('view_item_list', 'r1', 'p1', '2026-05-01T09:00:00Z', { user_pseudo_id: 'ann' }),
        ),
        changes.put(
          'feedback',
          feedback('view_item_list', 'r2', 'p1', '2026-05-01T09:00:00Z', { user_pseudo_id: 'bob' }),
        ),
        changes.put('feedback', feedback('view_item_list', 'r3', 'p1', '2026-05-01T09:00:00Z')),
      ],
    ])
      await warehouse.append(loose(...batch));
  });
  afterAll(() => temporary.remove());

  const tablesOf = async (customer: string) =>
    new Map((await temporary.warehouse.customerRows(customer)).map(({ table, rows }) => [table, rows.length]));

  test('they are found before any model is built, with the versions of what was deleted', async () => {
    expect(await tablesOf('ann')).toEqual(
      new Map([
        ['customers_changelog', 1],
        ['orders_changelog', 4],
        ['events_changelog', 3],
        ['feedback_changelog', 1],
      ]),
    );
  });

  test("they are removed from changelogs and built tables, and nobody else's are", async () => {
    const { warehouse } = temporary;
    await warehouse.buildModels({ asOf: new Date('2026-05-20T00:00:00Z') });
    const before = await tablesOf('ann');
    const others = await tablesOf('bob');
    for (const table of [
      'fct_orders',
      'fct_order_lines',
      'fct_product_interests',
      'fct_recommendations',
      'int_order_lines',
      'dim_customers',
      'user_features',
    ])
      expect(before.get(table), table).toBeGreaterThan(0);
    const removed = await warehouse.eraseCustomer('ann');
    expect(new Map(removed.map(({ table, rows }) => [table, rows]))).toEqual(before);
    expect(await tablesOf('ann')).toEqual(new Map());
    // That an order of both was deleted is told of the one who is left.
    expect(await tablesOf('bob')).toEqual(new Map([...others, ['orders_changelog', 3]]));
    expect(await warehouse.eraseCustomer('ann')).toEqual([]);
  });

  test('they do not come back with the next build, and an order that passed on stays deleted', async () => {
    const { warehouse } = temporary;
    await warehouse.buildModels({ asOf: new Date('2026-05-20T00:00:00Z') });
    expect(await tablesOf('ann')).toEqual(new Map());
    const orders = await warehouse.query(
      'SELECT order_id, customer_id FROM laurel.fct_orders ORDER BY order_id',
      z.unknown(),
    );
    expect(orders).toEqual([{ order_id: 'o2', customer_id: 'bob' }]);
  });
}
