import type { ChangelogRow } from '../changelog-batch.js';
import { Changes, feedback, order, product, purchase, visit } from './changes.js';

/** The changes of a small shop in which every rule of the models has a case. The same each time. */
export function smallShop(): ChangelogRow[] {
  const changes = new Changes();
  const rows: ChangelogRow[] = [];
  const put = (...args: Parameters<Changes['put']>): void => void rows.push(changes.put(...args));
  const numbers = pseudoRandom(7);
  const pick = (count: number): number => Math.floor(numbers.next().value * count);

  for (let index = 0; index < 12; index++) {
    const more = {
      category: `c${index % 3}`,
      ...(index % 4 === 0 && { stock: index % 8 }),
      ...(index === 5 && { active: false }),
    };
    put('products', { ...product(`p${index}`, (index * 37 + 5) / 100), ...more });
  }
  put('products', { ...product('p1', 0.1 + 0.2), rating: 4.5, imageUrl: 'https://example.com/p1.png' }, 'u');
  rows.push(changes.delete('products', 'p11'));
  put('customers', {
    _id: 'u0',
    country: 'GB',
    postalCode: 'AB1',
    consent: { email_marketing: 'GRANTED', updatedAt: new Date('2026-01-02T03:04:05.678Z') },
    createdAt: new Date('2025-01-01T00:00:00Z'),
  });
  put('customers', { _id: 'u1', country: 'GB', firstName: 'Zoë "Z"' });
  put('customers', { _id: 'silent', country: 'DE' });
  put('customers', { _id: 'gone', country: 'FR' });
  rows.push(changes.delete('customers', 'gone'));

  const statuses = ['placed', 'paid', 'shipped', 'cancelled', 'refunded'];
  for (let index = 0; index < 40; index++) {
    const lines = Array.from({ length: 1 + pick(4) }, () => [`p${pick(12)}`, 1 + pick(5), pick(1000) / 100] as const);
    const placedAt = new Date(Date.UTC(2026, 3, 20) + pick(40 * 24) * 3_600_000);
    put('orders', order(`o${index}`, `u${pick(6)}`, lines, { placedAt, status: statuses[pick(5)] }));
  }
  put(
    'orders',
    order(
      'many',
      'u1',
      Array.from({ length: 35 }, (_, index) => [`m${index}`, 1, 1] as const),
    ),
  );
  put(
    'orders',
    order('small', 'u2', [
      ['p1', 0.5, 0.000000001],
      ['p2', 7, 9_999_999_999.5],
      ['p3', 1, 1e-7],
    ]),
  );
  put('orders', order('tenths', 'u2', [...Array.from({ length: 10 }, () => ['p1', 1, 0.1] as const), ['p1', 3, 1.1]]));
  put('orders', order('empty', 'u3', []));
  rows.push(changes.delete('orders', 'o3'));

  for (let index = 0; index < 60; index++) {
    const session = [7, 8, 'text', null][pick(4)] ?? null;
    const at = new Date(Date.UTC(2026, 3, 20) + pick(40 * 24 * 3600) * 1000).toISOString();
    put('events', visit(`v${index}`, `u${pick(8)}`, session, pick(3) === 0 ? null : pick(9000), at));
  }
  put('events', {
    ...visit('twice', 'u1', 7, 5),
    event_params: [param('a', 1), param('ga_session_id', 1), param('ga_session_id', 2)],
  });
  const items = [
    { item_id: 'p1', price: 0.1, quantity: 3, item_name: 'One' },
    { item_id: 'p2', item_category: 'c' },
    { item_id: 'p3' },
  ];
  put('events', purchase('e1', 'u1', 'from-event', { items, event_timestamp: 1_777_000_000_000_999 }));
  put('events', purchase('e2', 'u2', 'o1', { ecommerce: { transaction_id: 'o1', purchase_revenue: 99 } }));
  put('events', purchase('e3', 'u2', 'o3', { items }));
  put('events', purchase('e5', 'u3', 't1', { ecommerce: { transaction_id: 't1', purchase_revenue: 2.55 } }));
  put('events', purchase('e4', 'u4', 't1', { ecommerce: { transaction_id: 't1', purchase_revenue: 1 } }));
  put('events', purchase('e6', 'u4', ''));
  put('events', purchase('e7', 'u4', undefined));
  put('events', { ...visit('no-params', 'u9', null, null), event_params: undefined });
  const looked = (id: string, event_name: string, at: string, ...products: string[]): void =>
    put('events', { ...visit(id, 'u1', 7, 5, at), event_name, items: products.map(item_id => ({ item_id })) });
  looked('l1', 'view_item', '2026-04-30T23:59:59.999Z', 'p1', 'p2');
  looked('l2', 'view_item', '2026-05-01T00:00:00Z', 'p1');
  looked('l3', 'view_item', '2026-05-01T09:00:00Z', 'p1', 'unknown');
  looked('l4', 'add_to_cart', '2026-05-01T09:01:00Z', 'p1');
  rows.push(changes.delete('events', 'v3'));

  const user = { user_pseudo_id: 'u1', test_group: '1' };
  put('feedback', feedback('view_item_list', 'r1', 'm0', '2026-04-30T10:00:00Z', user));
  put('feedback', feedback('select_item', 'r1', 'm0', '2026-04-30T10:01:00Z', user));
  put('feedback', feedback('view_item_list', 'r2', 'm0', '2026-04-30T11:00:00Z', user));
  put('feedback', feedback('view_item_list', 'r2', 'm0', '2026-04-30T11:00:00Z', user));
  put('feedback', feedback('view_item_list', 'r3', 'p1', '2026-04-30T12:00:00Z'));
  put('feedback', feedback('purchase', 'r3', 'p1', '2026-04-30T13:00:00Z', { transaction_id: 'elsewhere' }));
  put('feedback', feedback('select_item', 'never-shown', 'p1', '2026-04-30T12:00:00Z'));
  return rows;
}

function param(key: string, value: number): object {
  return { key, value: { int_value: value } };
}

/** Numbers from 0 to below 1 (mulberry32). */
function* pseudoRandom(seed: number): Generator<number, never> {
  for (let state = seed; ;) {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    yield ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}
