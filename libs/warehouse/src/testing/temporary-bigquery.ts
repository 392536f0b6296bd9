import { randomBytes } from 'node:crypto';
import { connectBigQuery, type BigQueryTarget } from '../bigquery/bigquery-clients.js';
import { BigQueryWarehouse } from '../bigquery/bigquery-warehouse.js';
import type { TemporaryWarehouse } from './temporary-warehouse.js';

/** A dataset of a test's own. */
export interface TemporaryBigQuery extends TemporaryWarehouse, AsyncDisposable {
  readonly warehouse: BigQueryWarehouse;
  readonly target: BigQueryTarget;
}

export async function temporaryBigQuery(
  endpoints: Omit<BigQueryTarget, 'dataset'>,
  modelsFolder?: string,
): Promise<TemporaryBigQuery> {
  const target = { ...endpoints, dataset: `test_${randomBytes(6).toString('hex')}` };
  const open = (): Promise<BigQueryWarehouse> => BigQueryWarehouse.open({ ...target, modelsFolder });
  let warehouse = await open();
  const remove = async (): Promise<void> => {
    await warehouse.close();
    const { rest, write } = connectBigQuery(target);
    await rest.dataset(target.dataset).delete({ force: true });
    await write.close();
  };
  return {
    get warehouse() {
      return warehouse;
    },
    target,
    async reopen() {
      await warehouse.close();
      warehouse = await open();
      return warehouse;
    },
    remove,
    [Symbol.asyncDispose]: remove,
  };
}
