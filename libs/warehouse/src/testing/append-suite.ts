import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { ChangelogBatch, ChangelogRow } from '../changelog-batch.js';
import { StalePositionError } from '../errors.js';
import { Changes, loose, order, product, seqOf } from './changes.js';
import type { TemporaryWarehouse } from './temporary-warehouse.js';

const orders = 'laurel.shop.orders';

/** What every warehouse does with changelog batches. Each test gets a warehouse of its own from `open`. */
export function appendSuite(open: () => Promise<TemporaryWarehouse>): void {
  let temporary: TemporaryWarehouse;
  let changes: Changes;

  beforeEach(async () => {
    temporary = await open();
    changes = new Changes();
  });
  afterEach(() => temporary.remove());

  function batch(
    rows: ChangelogRow[],
    previousOffset: bigint | null,
    nextOffset: bigint,
    highSeq: string | null,
  ): ChangelogBatch {
    return { topic: orders, partition: 0, rows, position: { previousOffset, nextOffset, highSeq } };
  }

  async function rowsOf(collection: string): Promise<Record<string, unknown>[]> {
    const rows = await temporary.warehouse.query(
      `SELECT * FROM laurel.${collection}_changelog ORDER BY _kafka_offset`,
      z.record(z.string(), z.unknown()),
    );
    return rows.map(({ _kafka_topic, ...row }) => row);
  }

  describe('append', () => {
    test('stores each top-level field in a column of its type, and the message it came from', async () => {
      await temporary.warehouse.append(loose(changes.put('orders', order('o1', 'u1', [['p1', 2, 2.55]]))));
      expect(await rowsOf('orders')).toEqual([
        {
          _event_id: 'event-0',
          _seq: seqOf(0),
          _op: 'c',
          _key: 'o1',
          _source_ts: new Date('2026-01-01T00:00:00.000Z'),
          _kafka_partition: 0,
          _kafka_offset: 0,
          _loaded_at: expect.any(Date),
          customerId: 'u1',
          placedAt: new Date('2026-05-01T10:00:00Z'),
          status: 'paid',
          currency: 'GBP',
          items: [{ productId: 'p1', quantity: 2, price: 2.55 }],
        },
      ]);
    });

    test('tells of rejected rows before the position moves past them, and stores nothing when that fails', async () => {
      const rows = [
        changes.put('orders', { ...order('o1', 'u1', [['p1', 1, 2.5]]), items: 'two lamps' }),
        changes.put('orders', order('o2', 'u1', [['p1', 1, 2.5]])),
      ];
      const offered = batch(rows, null, 2n, seqOf(1));
      const refusal = () => Promise.reject(new Error('the letter was not acknowledged'));
      await expect(temporary.warehouse.append(offered, refusal)).rejects.toThrow('the letter was not acknowledged');
      expect(await rowsOf('orders')).toEqual([]);
      const told: number[] = [];
      await temporary.warehouse.append(offered, async rejected => {
        told.push(...rejected.map(({ index }) => index), (await rowsOf('orders')).length);
      });
      expect(told).toEqual([0, 0]);
      expect(await rowsOf('orders')).toMatchObject([{ _key: 'o2' }]);
    });

    test('keeps a delete with its key and without fields', async () => {
      await temporary.warehouse.append(loose(changes.delete('products', 'p1')));
      expect(await rowsOf('products')).toMatchObject([{ _op: 'd', _key: 'p1', name: null, price: null }]);
    });

    test('leaves one poison row out of 500, says where it is wrong, and moves the position past it', async () => {
      const rows = Array.from({ length: 500 }, (_, index) =>
        changes.put('orders', order(`o${index}`, 'u1', [['p1', 1, 1]])),
      );
      const poison = { ...order('o250', 'u1', []), items: [{ productId: 'p1', quantity: 1, price: 'two' }] };
      rows[250] = { ...changes.put('orders', poison), offset: 250n };
      const result = await temporary.warehouse.append(batch(rows, null, 500n, seqOf(499)));
      expect(result).toEqual({
        stored: 499,
        rejected: [{ index: 250, reason: expect.stringMatching(/^orders\.items\.0\.price: .*number.*string/) }],
      });
      expect((await temporary.warehouse.positions())[0]).toMatchObject({ nextOffset: 500n, highSeq: seqOf(499) });
      expect(await rowsOf('orders')).toHaveLength(499);
    });

    test.each([
      ['a collection it does not know', { collection: 'carts' }, /^carts: unknown collection/],
      ['a change without its document', { document: null }, /^products: document expected/],
      ['an amount too large to calculate with', { document: product('p1', 1e10) }, /^products\.price: .*10000000000/],
    ])('rejects %s', async (_name, change, reason) => {
      const row = { ...changes.put('products', product('p1', 1)), ...change };
      const result = await temporary.warehouse.append(loose(row, changes.put('products', product('p2', 1))));
      expect(result).toEqual({ stored: 1, rejected: [{ index: 0, reason: expect.stringMatching(reason) }] });
    });
  });

  describe('position', () => {
    test('comes back after reopening, with the event ids at the highest sequence', async () => {
      const rows = [0, 1, 2].map(index => ({
        ...changes.put('orders', order(`o${index}`, 'u1', [])),
        seq: index === 0 ? seqOf(0) : seqOf(1),
      }));
      await temporary.warehouse.append(batch(rows, null, 3n, seqOf(1)));
      const warehouse = await temporary.reopen();
      expect(await warehouse.positions()).toEqual([
        {
          topic: orders,
          partition: 0,
          nextOffset: 3n,
          highSeq: seqOf(1),
          eventIdsAtHighSeq: new Set(['event-1', 'event-2']),
        },
      ]);
      expect(await warehouse.changelogHas('orders', 'event-1')).toBe(true);
      expect(await warehouse.changelogHas('orders', 'event-9')).toBe(false);
    });

    test('moves without rows, and is kept apart per partition', async () => {
      await temporary.warehouse.append(batch([], null, 7n, null));
      await temporary.warehouse.append({ ...batch([], null, 9n, null), partition: 1 });
      await temporary.warehouse.append(batch([], 7n, 8n, null));
      expect(
        (await temporary.warehouse.positions()).map(({ partition, nextOffset }) => [partition, nextOffset]),
      ).toEqual([
        [0, 8n],
        [1, 9n],
      ]);
    });

    test('refuses a writer that does not know the stored one, and stores nothing of its batch', async () => {
      await temporary.warehouse.append(batch([], null, 7n, null));
      const late = temporary.warehouse.append(batch([changes.put('orders', order('o1', 'u1', []))], 5n, 6n, seqOf(0)));
      await expect(late).rejects.toThrow(StalePositionError);
      expect(await rowsOf('orders')).toEqual([]);
    });
  });

  describe('drift', () => {
    const drifting = (id: string, more: Readonly<Record<string, unknown>>) =>
      changes.put('products', { ...product(id, 1), ...more });

    test('adds a column for a new field while running, and finds it again after reopening', async () => {
      await temporary.warehouse.append(loose(drifting('p1', {})));
      await temporary.warehouse.append(
        loose(drifting('p2', { weight: 1.5, tags: ['a'], since: new Date(0), 'unit price': 'x', __v: 3 })),
      );
      const warehouse = await temporary.reopen();
      expect(await warehouse.append(loose(drifting('p3', { weight: 2, __v: 4 })))).toEqual({ stored: 1, rejected: [] });
      expect(await rowsOf('products')).toMatchObject([
        { _key: 'p1', weight: null },
        { _key: 'p2', weight: 1.5, tags: ['a'], since: new Date(0), unit_price: 'x', field_v: 3 },
        { _key: 'p3', weight: 2, tags: null, field_v: 4 },
      ]);
    });

    test('rejects a row whose field has another type than before, and keeps the others', async () => {
      await temporary.warehouse.append(loose(drifting('p1', { weight: 1.5 })));
      const result = await temporary.warehouse.append(
        loose(drifting('p2', { weight: 'heavy' }), drifting('p3', { weight: 3 })),
      );
      expect(result).toEqual({
        stored: 1,
        rejected: [{ index: 0, reason: 'products.weight: number expected, found string' }],
      });
    });

    test('keeps fields apart that differ in case only', async () => {
      await temporary.warehouse.append(loose(drifting('p1', { Name: 'upper', NAME: 'all upper' })));
      expect(await rowsOf('products')).toMatchObject([{ name: 'Product p1', Name_2: 'upper', NAME_3: 'all upper' }]);
    });

    test('a rejected row adds no column', async () => {
      await temporary.warehouse.append(loose(drifting('p1', { weight: 1 })));
      await temporary.warehouse.append(loose(drifting('p2', { colour: 'red', weight: 'heavy' })));
      expect(Object.keys((await rowsOf('products'))[0] ?? {})).not.toContain('colour');
    });

    test('half a surrogate pair does not make JSON unreadable', async () => {
      await temporary.warehouse.append(loose(drifting('p1', { labels: { text: 'a\ud800b' } })));
      expect(await rowsOf('products')).toMatchObject([{ labels: { text: 'a\ufffdb' } }]);
    });
  });
}
