import { describe, expect, inject, test } from 'vitest';
import { z } from 'zod';
import type { ChangelogBatch, ChangelogRow } from '../changelog-batch.js';
import { StalePositionError, WarehouseError } from '../errors.js';
import { Changes, order, seqOf } from '../testing/changes.js';
import { temporaryBigQuery } from '../testing/temporary-bigquery.js';
import type { Warehouse } from '../warehouse.js';
import { BigQueryWarehouse } from './bigquery-warehouse.js';

const bigquery = inject('bigquery');
const anyRow = z.record(z.string(), z.unknown());

/** Orders at the offsets `from` to `to` (without), as they follow what is stored. */
function orders(from: number, to: number): ChangelogBatch {
  const changes = new Changes();
  const all = Array.from({ length: to }, (_, at): ChangelogRow => {
    const more = at === 1 ? { note: 'ring "twice"\n', gift: true, weight: 0.1, sent: new Date(5), __v: 3 } : {};
    return at === 2
      ? changes.delete('orders', 'o0')
      : changes.put('orders', { ...order(`o${at}`, 'u1', [['p1', 2, 2.55]]), ...more });
  });
  return {
    topic: 'laurel.shop.orders',
    partition: 0,
    rows: all.slice(from),
    position: {
      previousOffset: from === 0 ? null : BigInt(from),
      nextOffset: BigInt(to),
      highSeq: seqOf(to - 1),
    },
  };
}

async function rowsOf(warehouse: Warehouse): Promise<unknown[]> {
  const rows = await warehouse.query('SELECT * FROM laurel.orders_changelog ORDER BY _kafka_offset', anyRow);
  return rows.map(({ _loaded_at: _at, ...row }) => row);
}

describe.runIf(bigquery)('a backfill', () => {
  if (!bigquery) return;

  test('stores the same rows as a stream does, and the same position', async () => {
    await using streamed = await temporaryBigQuery(bigquery);
    await using loaded = await temporaryBigQuery(bigquery);
    await streamed.warehouse.append(orders(0, 5));
    expect(await loaded.warehouse.backfill(orders(0, 5))).toEqual({ stored: 5, rejected: [] });
    expect(await rowsOf(loaded.warehouse)).toEqual(await rowsOf(streamed.warehouse));
    expect(await loaded.warehouse.positions()).toEqual(await streamed.warehouse.positions());
  });

  test('goes on range by range, and hands over to a stream and back', async () => {
    await using temporary = await temporaryBigQuery(bigquery);
    const { warehouse } = temporary;
    await warehouse.backfill(orders(0, 3));
    await warehouse.backfill(orders(3, 5));
    await warehouse.append(orders(5, 6));
    await warehouse.backfill(orders(6, 8));
    expect(await rowsOf(warehouse)).toHaveLength(8);
    expect(await (await temporary.reopen()).positions()).toMatchObject([{ nextOffset: 8n, highSeq: seqOf(7) }]);
  });

  test('begins again where the rows prove it, after a range of which none was kept', async () => {
    await using temporary = await temporaryBigQuery(bigquery);
    const { warehouse } = temporary;
    await warehouse.backfill(orders(0, 3));
    await warehouse.backfill({ ...orders(3, 5), rows: [] });
    expect(await warehouse.positions({ fresh: true })).toMatchObject([{ nextOffset: 3n }]);
    await warehouse.backfill(orders(3, 5));
    expect(await rowsOf(warehouse)).toHaveLength(5);
  });

  test('is refused where it does not follow what is stored, and tells of rows that do not fit', async () => {
    await using temporary = await temporaryBigQuery(bigquery);
    await temporary.warehouse.backfill(orders(0, 3));
    await expect(temporary.warehouse.backfill(orders(2, 4))).rejects.toThrow(StalePositionError);
    const { rows, ...batch } = orders(3, 5);
    const poison = rows.map((row, at) => (at === 0 ? { ...row, document: { _id: 'o3', items: 'two lamps' } } : row));
    const told: number[] = [];
    const result = await temporary.warehouse.backfill({ ...batch, rows: poison }, rejected => {
      told.push(...rejected.map(({ index }) => index));
      return Promise.resolve();
    });
    expect(result).toMatchObject({ stored: 1, rejected: [{ index: 0 }] });
    expect(told).toEqual([0]);
    expect(await rowsOf(temporary.warehouse)).toHaveLength(4);
  });

  test('closes the stream of whoever wrote before, and ends when a stream takes the partition', async () => {
    await using temporary = await temporaryBigQuery(bigquery);
    const streaming = temporary.warehouse;
    const filling = await BigQueryWarehouse.open(temporary.target);
    await streaming.append(orders(0, 1));
    await filling.backfill(orders(1, 3));
    await expect(streaming.append(orders(1, 2))).rejects.toThrow(WarehouseError);
    await streaming.positions({ fresh: true });
    await streaming.append(orders(3, 4));
    await expect(filling.backfill(orders(3, 5))).rejects.toThrow(/Another writer has taken/);
    expect(await rowsOf(streaming)).toHaveLength(4);
    await filling.close();
  });
});
