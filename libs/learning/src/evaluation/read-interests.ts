import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { csvRows, RowsFormatError } from './csv-rows.js';
import type { PackedRows } from './packed-rows.js';
import { InterestPacker } from './product-interest.js';

const kinds = z.enum(['view', 'cart']);

/**
 * Reads interests.csv of a split's directory, where there is one: a header with the columns customer, item and kind, then a row for each day on
 * which a customer looked at an item (view) or put it into the cart (cart), before validation began.
 * @returns undefined where there is no such file.
 * @throws RowsFormatError naming the file and line.
 */
export async function readInterests(directory: string): Promise<PackedRows | undefined> {
  const path = join(directory, 'interests.csv');
  if (!existsSync(path)) return undefined;
  const packer = new InterestPacker();
  for await (const { values, where } of csvRows(path, ['customer', 'item', 'kind'])) {
    const [customerId = '', productId = '', said = ''] = values;
    if (customerId === '' || productId === '')
      throw new RowsFormatError(`${where}: customer and item must not be empty.`);
    const kind = kinds.safeParse(said);
    if (!kind.success) throw new RowsFormatError(`${where}: kind is "${said}"; it must be view or cart.`);
    packer.add({ customerId, productId, kind: kind.data, atMs: 0 });
  }
  return packer.pack();
}
