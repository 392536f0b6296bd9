import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Money } from '@laurel/shop';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { DuckDbWarehouse } from './duckdb-warehouse.js';

test('numeric_of reads every number as Money does, also those DuckDB itself rounds by their first digit', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'numeric-'));
  const warehouse = await DuckDbWarehouse.open({ path: join(folder, 'warehouse.duckdb') });
  try {
    const numbers = [0, 5e-11, 9.9e-11, 5.55e-17, -7e-12, 1e-10, 5e-10, 2.5e-9, 0.1 + 0.2, 2.55, 1e9, 9_999_999_999.99];
    for (const number of numbers) {
      const sql = `SELECT laurel.numeric_of('${number}') AS amount`;
      const [row] = await warehouse.query(sql, z.object({ amount: z.string() }));
      expect(row?.amount, String(number)).toBe(Money.toString(Money.of(number)));
    }
  } finally {
    await warehouse.close();
    await rm(folder, { recursive: true, force: true });
  }
});
