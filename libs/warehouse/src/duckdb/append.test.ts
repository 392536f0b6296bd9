import { expect, test } from 'vitest';
import { z } from 'zod';
import { WarehouseLockedError } from '../errors.js';
import { appendSuite } from '../testing/append-suite.js';
import { Changes, loose, product } from '../testing/changes.js';
import { temporaryDuckDb } from '../testing/temporary-duckdb.js';
import { DuckDbWarehouse } from './duckdb-warehouse.js';

appendSuite(temporaryDuckDb);

test('adds a column while models are being built', async () => {
  await using temporary = await temporaryDuckDb();
  const changes = new Changes();
  const { warehouse } = temporary;
  await warehouse.append(
    loose(...Array.from({ length: 3000 }, (_, index) => changes.put('products', product(`p${index}`, 1)))),
  );
  let during: Promise<unknown> | undefined;
  await warehouse.buildModels({
    onProgress: ({ model, state }) => {
      if (model === 'dim_products' && state === 'started')
        during = warehouse.append(loose(changes.put('products', { ...product('new', 1), weight: 1 })));
    },
  });
  expect(await during).toEqual({ stored: 1, rejected: [] });
  await warehouse.buildModels();
  const [count] = await warehouse.query('SELECT COUNT(*) AS n FROM laurel.dim_products', z.object({ n: z.number() }));
  expect(count?.n).toBe(3001);
});

test('a second opening of the file is refused, and names the file', async () => {
  await using temporary = await temporaryDuckDb();
  await expect(DuckDbWarehouse.open({ path: temporary.path })).rejects.toThrow(WarehouseLockedError);
  await expect(DuckDbWarehouse.open({ path: temporary.path })).rejects.toThrow(temporary.path);
});
