import { DuckDbWarehouse } from '../duckdb/duckdb-warehouse.js';
import { Changes, product } from './changes.js';

const rowsPerBatch = 50;
const path = process.argv[2];
if (!path) throw new Error('the path of a warehouse file is expected');

const warehouse = await DuckDbWarehouse.open({ path, threads: 1, memoryLimitMb: 256 });
const [position] = await warehouse.positions();
let offset = position?.nextOffset ?? 0n;
let previousOffset = position?.nextOffset ?? null;
const changes = new Changes();

for (;;) {
  const first = offset;
  const rows = Array.from({ length: rowsPerBatch }, (_, index) => ({
    ...changes.put('products', product(`p${offset}`, 1)),
    offset: first + BigInt(index),
  }));
  offset += BigInt(rowsPerBatch);
  const highSeq = rows.at(-1)?.seq ?? null;
  await warehouse.append({
    topic: 'kill.shop.products',
    partition: 0,
    rows,
    position: { previousOffset, nextOffset: offset, highSeq },
  });
  previousOffset = offset;
  process.stdout.write(`${offset}\n`);
}
