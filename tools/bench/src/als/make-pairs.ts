import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Random } from '@laurel/learning';
import type { AlsRows } from '@laurel/learning/als';
import type { PairsShape } from './pairs-in.js';

/**
 * Pairs as in a shop, from a seed: few customers have many products, few products have many customers, half of a
 * customer's products come from the customer's own tenth of the catalogue. Values are 1 to 5.
 */
export function makePairs({ users, items, pairs }: PairsShape): AlsRows {
  const random = new Random(1);
  const rowStarts = new Int32Array(users + 1);
  const columns = new Int32Array(pairs);
  const owner = new Int32Array(items).fill(-1);
  let filled = 0;
  for (let user = 0; user < users; user++) {
    const mean = (pairs - filled) / (users - user);
    const drawn = 1 + Math.floor(-Math.log(1 - random.next()) * (mean - 0.5));
    const count = user === users - 1 ? pairs - filled : Math.min(drawn, items / 4, pairs - filled);
    const taste = random.nextInt(10);
    const first = filled;
    while (filled < first + Math.floor(count)) {
      const any = Math.floor(items * random.next() ** 2.5);
      const item = random.next() < 0.5 ? any : Math.min(items - 1, any - (any % 10) + taste);
      if (owner[item] === user) continue;
      owner[item] = user;
      columns[filled++] = item;
    }
    columns.subarray(first, filled).sort();
    rowStarts[user + 1] = filled;
  }
  const values = new Float32Array(filled).map(() => 1 + random.nextInt(5));
  return { rowStarts, columns: columns.subarray(0, filled), values };
}

/** Writes the three arrays as they lie in memory. */
export async function writePairs(folder: string, { rowStarts, columns, values }: AlsRows): Promise<void> {
  await writeFile(join(folder, 'row_starts'), rowStarts);
  await writeFile(join(folder, 'columns'), columns);
  await writeFile(join(folder, 'values'), values);
}
