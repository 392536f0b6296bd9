import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDbWarehouse } from '../duckdb/duckdb-warehouse.js';
import type { TemporaryWarehouse } from './temporary-warehouse.js';

/** A DuckDB warehouse in a folder of its own. */
export interface TemporaryDuckDb extends TemporaryWarehouse, AsyncDisposable {
  readonly warehouse: DuckDbWarehouse;
  readonly path: string;
}

export async function temporaryDuckDb(): Promise<TemporaryDuckDb> {
  const folder = await mkdtemp(join(tmpdir(), 'laurel-warehouse-'));
  const path = join(folder, 'shop.duckdb');
  const open = (): Promise<DuckDbWarehouse> => DuckDbWarehouse.open({ path, threads: 2, memoryLimitMb: 256 });
  let warehouse = await open();
  const remove = async (): Promise<void> => {
    await warehouse.close();
    await rm(folder, { recursive: true });
  };
  return {
    get warehouse() {
      return warehouse;
    },
    path,
    async reopen() {
      await warehouse.close();
      warehouse = await open();
      return warehouse;
    },
    remove,
    [Symbol.asyncDispose]: remove,
  };
}
