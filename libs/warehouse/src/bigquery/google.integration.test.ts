import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { appendSuite } from '../testing/append-suite.js';
import { Changes, loose, product, seqOf } from '../testing/changes.js';
import { smallShop } from '../testing/small-shop.js';
import { temporaryBigQuery } from '../testing/temporary-bigquery.js';
import { temporaryDuckDb } from '../testing/temporary-duckdb.js';
import { connectBigQuery } from './bigquery-clients.js';
import { BigQueryWarehouse } from './bigquery-warehouse.js';
import { LoadJobs } from './load-jobs.js';

/** A Google Cloud project to try things in, by the machine's credentials; see docs/bigquery.md. */
const project = process.env['LAUREL_TEST_GOOGLE_PROJECT'];
const anyRow = z.record(z.string(), z.unknown());

describe.runIf(project)("Google's own BigQuery", { timeout: 600_000 }, () => {
  const open = () => temporaryBigQuery({ project: project ?? '' });

  appendSuite(open);

  const message = (offset: number) => ({
    topic: 'laurel.shop.products',
    partition: 0,
    rows: [
      {
        ...new Changes().put('products', product(`p${offset}`, 1)),
        eventId: `event-${offset}`,
        seq: seqOf(offset),
        offset: BigInt(offset),
      },
    ],
    position: {
      previousOffset: offset === 0 ? null : BigInt(offset),
      nextOffset: BigInt(offset) + 1n,
      highSeq: seqOf(offset),
    },
  });

  test('refuses a writer that was replaced, by a stream or by a load job', async () => {
    await using temporary = await open();
    const zombie = temporary.warehouse;
    const successor = await BigQueryWarehouse.open(temporary.target);
    await zombie.append(message(0));
    await successor.append(message(1));
    await expect(zombie.append(message(1))).rejects.toThrow();
    await zombie.positions({ fresh: true });
    await zombie.backfill(message(2));
    await expect(successor.append(message(2))).rejects.toThrow();
    const rows = await zombie.query('SELECT _kafka_offset AS o FROM laurel.products_changelog ORDER BY o', anyRow);
    expect(rows.map(({ o }) => o)).toEqual([0, 1, 2]);
    await successor.close();
  });

  test('runs a load job of one id once', async () => {
    await using temporary = await open();
    const { rest, write } = connectBigQuery(temporary.target);
    const [{ location }] = await rest.dataset(temporary.target.dataset).getMetadata();
    const jobs = new LoadJobs(rest, String(location));
    const target = { project: project ?? '', dataset: temporary.target.dataset, table: 'products_changelog' };
    const row = { _event_id: 'e', _seq: 's', _op: 'd', _key: 'k', _kafka_partition: 0, _kafka_offset: 0 };
    const line = `${JSON.stringify({ ...row, _source_ts: new Date(), _loaded_at: new Date() })}\n`;
    const id = `laurel-test-${temporary.target.dataset}`;
    await jobs.load(id, target, line);
    await jobs.load(id, target, line);
    await jobs.occupy(target.project, `${id}-occupied`);
    await expect(jobs.load(`${id}-occupied`, target, line)).rejects.toThrow(/kept from running/);
    expect(await temporary.warehouse.query('SELECT _key FROM laurel.products_changelog', anyRow)).toHaveLength(1);
    await write.close();
  });

  test('builds the same models as DuckDB', async () => {
    await using google = await open();
    const duckdb = await temporaryDuckDb();
    try {
      const features = [];
      for (const { warehouse } of [google, duckdb]) {
        expect((await warehouse.append(loose(...smallShop()))).rejected).toEqual([]);
        await warehouse.buildModels({ asOf: new Date('2026-06-01T00:00:00Z'), windowDays: 30 });
        features.push(await warehouse.query('SELECT * FROM laurel.user_features ORDER BY user_pseudo_id', anyRow));
      }
      expect(features[0]).toEqual(features[1]);
    } finally {
      await duckdb.remove();
    }
  });
});
