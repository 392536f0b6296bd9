import { existsSync } from 'node:fs';
import type { Settings } from '@laurel/service';
import { openWarehouse, type Warehouse } from '@laurel/warehouse';
import { z } from 'zod';
import { clockSkew } from './clock-skew.js';
import { type Finding, messageOf } from './finding.js';

const CHECK = 'warehouse';

/** What no row is: read to see whether rows may be read for training. */
const NO_ROWS = { table: 'products_changelog', columns: ['_key'], where: '_key IS NULL' };

/**
 * Opens the warehouse, asks it for the time, and BigQuery also for rows as training reads them, unless a running process holds it or there is none
 * yet.
 */
export async function examineWarehouse(settings: Settings, ingesterRuns: boolean): Promise<Finding[]> {
  const { warehouse: kind, duckdbPath, bigquery } = settings;
  if (kind === 'duckdb' && ingesterRuns)
    return [{ check: CHECK, state: 'ok', found: `${duckdbPath}, held by the events-ingester that runs` }];
  if (kind === 'duckdb' && !existsSync(duckdbPath))
    return [{ check: CHECK, state: 'ok', found: `${duckdbPath} is made at the first start` }];
  const name = kind === 'duckdb' ? duckdbPath : `${bigquery.project}.${bigquery.dataset}`;
  let warehouse: Warehouse | undefined;
  try {
    warehouse = await openWarehouse(settings);
    const answers: Finding = { check: CHECK, state: 'ok', found: `${name} answers` };
    if (kind === 'duckdb') return [answers];
    const askedMs = Date.now();
    const [row] = await warehouse.query('SELECT CURRENT_TIMESTAMP() AS now', z.object({ now: z.date() }));
    const skew = row ? [clockSkew('BigQuery', row.now, askedMs, Date.now())] : [];
    for await (const _ of warehouse.readTable(NO_ROWS, z.unknown()));
    return [answers, ...skew, ...examineTrainer(settings)];
  } catch (error) {
    const mend =
      kind === 'duckdb'
        ? 'Stop the process that has it open, or restore the file; a new one is filled from Kafka and the shop.'
        : 'Check BIGQUERY_PROJECT and the credentials: the roles BigQuery Data Editor, BigQuery Job User and BigQuery Read Session User are needed (docs/bigquery.md).';
    return [{ check: CHECK, state: 'fail', found: messageOf(error), mend }];
  } finally {
    await warehouse?.close();
  }
}

/** What BigQuery ML needs that nothing but a training shows. */
function examineTrainer({ trainer, bigquery }: Settings): Finding[] {
  if (trainer === 'embedded') return [];
  const found = `BigQuery ML in ${bigquery.project}.${bigquery.dataset}; affinities need a reservation of the Enterprise edition for queries (docs/models.md)`;
  return [{ check: 'trainer', state: 'ok', found }];
}
