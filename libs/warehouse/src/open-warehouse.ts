import { DuckDbWarehouse } from './duckdb/duckdb-warehouse.js';
import { WarehouseError } from './errors.js';
import type { Warehouse } from './warehouse.js';

/** Which warehouse, by the settings of the same names. */
export interface WarehouseSettings {
  readonly warehouse: 'duckdb' | 'bigquery';
  readonly duckdbPath: string;
  readonly bigquery: {
    readonly project?: string | undefined;
    readonly dataset: string;
    readonly apiEndpoint?: string | undefined;
    readonly storageEndpoint?: string | undefined;
  };
}

/**
 * Opens the warehouse that `WAREHOUSE` names.
 * @throws WarehouseError where it cannot be opened.
 */
export async function openWarehouse({ warehouse, duckdbPath, bigquery }: WarehouseSettings): Promise<Warehouse> {
  if (warehouse === 'duckdb') return DuckDbWarehouse.open({ path: duckdbPath });
  const { project } = bigquery;
  if (project === undefined) {
    throw new WarehouseError('BIGQUERY_PROJECT is not set. With WAREHOUSE=bigquery it names the Google Cloud project');
  }
  // Google's clients take a third of a second to load, which a shop on DuckDB need not spend.
  const { BigQueryWarehouse } = await import('./bigquery/bigquery-warehouse.js');
  return BigQueryWarehouse.open({ ...bigquery, project });
}
