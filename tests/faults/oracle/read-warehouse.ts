import { readSettings } from '@laurel/service';
import { openWarehouse } from '@laurel/warehouse';
import { z } from 'zod';
import { stateOf } from '../shop/shop-documents.js';
import type { WrittenCollection } from '../shop/write.js';
import type { LoadedRow } from './loaded-row.js';

/** A row, and the document that it holds as one text. */
export interface StoredRow extends LoadedRow {
  state: string;
}

const common = {
  event_id: z.string(),
  seq: z.string(),
  op: z.string(),
  key: z.string(),
  part: z.number(),
  place: z.number(),
  rev: z.number().nullable(),
};
const orderSchema = z.object({
  ...common,
  customerId: z.string().nullable(),
  status: z.string().nullable(),
  items: z.unknown(),
});
const productSchema = z.object({
  ...common,
  name: z.string().nullable(),
  category: z.string().nullable(),
  price: z.string().nullable(),
});

/** Reads the changelogs of the collections that are written to. A DuckDB file may not be open in another process. */
export async function readChangelogs(
  environment: Readonly<Record<string, string>>,
): Promise<Record<WrittenCollection, StoredRow[]>> {
  const warehouse = await openWarehouse(readSettings(environment));
  try {
    const orders = await warehouse.query(sqlOf('orders', 'customerId, status, items'), orderSchema);
    const products = await warehouse.query(sqlOf('products', 'name, category, price'), productSchema);
    return {
      orders: orders.map(row => ({ ...loadedRow(row), state: stateOf.orders(row) })),
      products: products.map(row => ({ ...loadedRow(row), state: stateOf.products(row) })),
    };
  } finally {
    await warehouse.close();
  }
}

function sqlOf(collection: WrittenCollection, fields: string): string {
  return `SELECT _event_id AS event_id, _seq AS seq, _op AS op, _key AS key, _kafka_partition AS part,
    _kafka_offset AS place, rev, ${fields} FROM laurel.${collection}_changelog`;
}

function loadedRow({ event_id, seq, op, key, part, place, rev }: z.infer<z.ZodObject<typeof common>>): LoadedRow {
  return { eventId: event_id, seq, op, key, partition: part, offset: place, rev };
}
