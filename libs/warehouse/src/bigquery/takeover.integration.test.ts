import { describe, expect, inject, test } from 'vitest';
import { z } from 'zod';
import type { ChangelogBatch } from '../changelog-batch.js';
import { StalePositionError, WarehouseError } from '../errors.js';
import { Changes, loose, product, seqOf } from '../testing/changes.js';
import { TcpProxy } from '../testing/tcp-proxy.js';
import { temporaryBigQuery } from '../testing/temporary-bigquery.js';
import type { Warehouse } from '../warehouse.js';
import { BigQueryWarehouse } from './bigquery-warehouse.js';

const bigquery = inject('bigquery');
const rowSchema = z.object({ offset: z.number() });

/** One product, in the message of this offset. */
function message(offset: number, more: object = {}): ChangelogBatch {
  const row = new Changes().put('products', { ...product(`p${offset}`, 1), ...more });
  return {
    topic: 'laurel.shop.products',
    partition: 0,
    rows: [{ ...row, eventId: `event-${offset}`, seq: seqOf(offset), offset: BigInt(offset) }],
    position: {
      previousOffset: offset === 0 ? null : BigInt(offset),
      nextOffset: BigInt(offset) + 1n,
      highSeq: seqOf(offset),
    },
  };
}

async function storedOffsets(warehouse: Warehouse): Promise<number[]> {
  const rows = await warehouse.query('SELECT _kafka_offset AS `offset` FROM laurel.products_changelog', rowSchema);
  return rows.map(({ offset }) => offset).sort((a, b) => a - b);
}

describe.runIf(bigquery)('several writers', () => {
  if (!bigquery) return;

  test('a writer that was replaced stores nothing more, reads how far the other came, and may take the seat back', async () => {
    await using temporary = await temporaryBigQuery(bigquery);
    const zombie = temporary.warehouse;
    const successor = await BigQueryWarehouse.open(temporary.target);
    await zombie.append(message(0));
    await successor.append(message(1));

    await expect(zombie.append(message(1))).rejects.toThrow(WarehouseError);
    expect(await storedOffsets(successor)).toEqual([0, 1]);
    expect(await zombie.positions()).toMatchObject([{ nextOffset: 2n, highSeq: seqOf(1) }]);
    await zombie.append(message(2));
    await expect(successor.append(message(2))).rejects.toThrow(WarehouseError);
    expect(await storedOffsets(successor)).toEqual([0, 1, 2]);
    await successor.close();
  });

  test('of writers that come at the same time with the same message, none stores it a second time', async () => {
    await using temporary = await temporaryBigQuery(bigquery);
    const others = await Promise.all([1, 2].map(() => BigQueryWarehouse.open(temporary.target)));
    const writers = [temporary.warehouse, ...others];
    const outcomes = await Promise.allSettled(writers.map(writer => writer.append(message(0))));
    const stored = outcomes.filter(({ status }) => status === 'fulfilled').length;
    expect(await storedOffsets(temporary.warehouse)).toEqual(stored === 0 ? [] : [0]);
    expect(stored).toBeLessThanOrEqual(1);
    await Promise.all(others.map(other => other.close()));
  });

  test('a writer that believes an older position is refused before anything is stored', async () => {
    await using temporary = await temporaryBigQuery(bigquery);
    await temporary.warehouse.append(message(0));
    const late = await BigQueryWarehouse.open(temporary.target);
    await expect(late.append(message(0))).rejects.toThrow(StalePositionError);
    expect(await storedOffsets(late)).toEqual([0]);
    await late.close();
  });

  test('a column that another process added is used, and its type holds', async () => {
    await using temporary = await temporaryBigQuery(bigquery);
    const other = await BigQueryWarehouse.open(temporary.target);
    await temporary.warehouse.append(loose(...message(0, { weight: 1, 'unit-price': 2 }).rows));
    const rows = [...message(1, { 'unit price': 3, weight: 2 }).rows, ...message(2, { weight: 'heavy' }).rows];
    expect(await other.append(loose(...rows))).toEqual({
      stored: 1,
      rejected: [{ index: 1, reason: 'products.weight: number expected, found string' }],
    });
    expect(
      await other.query(
        'SELECT _key, weight, unit_price, unit_price_2 FROM laurel.products_changelog ORDER BY _key',
        z.unknown(),
      ),
    ).toEqual([
      { _key: 'p0', weight: 1, unit_price: 2, unit_price_2: null },
      { _key: 'p1', weight: 2, unit_price: null, unit_price_2: 3 },
    ]);
    await other.close();
  });
});

describe.runIf(bigquery)('an answer that is lost', () => {
  if (!bigquery) return;

  test('leaves one copy of the rows, and the writer goes on', async () => {
    await using proxy = await TcpProxy.open(bigquery.storageEndpoint);
    await using temporary = await temporaryBigQuery({ ...bigquery, storageEndpoint: proxy.address });
    await temporary.warehouse.append(message(0));
    proxy.loseAnswers();
    const appending = temporary.warehouse.append(message(1));
    await expect.poll(() => storedOffsets(temporary.warehouse), { timeout: 30_000 }).toEqual([0, 1]);
    proxy.cut();
    expect(await appending).toEqual({ stored: 1, rejected: [] });
    await temporary.warehouse.append(message(2));
    expect(await storedOffsets(temporary.warehouse)).toEqual([0, 1, 2]);
  });
});
