import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDbWarehouse } from '../duckdb/duckdb-warehouse.js';

/** A warehouse of a test's own, in a folder of its own. */
export interface TemporaryWarehouse {
  readonly warehouse: DuckDbWarehouse;
  readonly path: string;
  /** Closes the file and opens it again. */
  reopen(): Promise<DuckDbWarehouse>;
  /** Closes it and removes the folder. */
  remove(): Promise<void>;
}

export async function temporaryWarehouse(): Promise<TemporaryWarehouse> {
  const folder = await mkdtemp(join(tmpdir(), 'laurel-warehouse-'));
  const path = join(folder, 'shop.duckdb');
  let warehouse = await DuckDbWarehouse.open({ path, threads: 2, memoryLimitMb: 256 });
  return {
    get warehouse() {
      return warehouse;
    },
    path,
    async reopen() {
      await warehouse.close();
      warehouse = await DuckDbWarehouse.open({ path, threads: 2, memoryLimitMb: 256 });
      return warehouse;
    },
    async remove() {
      await warehouse.close();
      await rm(folder, { recursive: true });
    },
  };
}
