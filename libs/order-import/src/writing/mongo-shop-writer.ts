import { Double, type AnyBulkWriteOperation, type Collection, type Db } from 'mongodb';
import { parseShopDocument, type Customer, type Order, type Product } from '@laurel/shop';
import type { SettledOrder } from '../cancellations/settle-cancellations.js';
import { changedFields } from './changed-fields.js';
import type { ImportedProduct, ShopSink } from './shop-sink.js';

/** A document of the shop as MongoDB takes it. */
export interface StoredDocument {
  readonly _id: string;
  readonly [field: string]: unknown;
}

/** An order with its prices as doubles, whole numbers too, so that the type of the field never varies. */
export function storedOrder(order: Order): StoredDocument {
  return { ...order, items: order.items.map(item => ({ ...item, price: new Double(item.price) })) };
}

/** A product with its price as a double, whole numbers too. */
export function storedProduct(product: Product): StoredDocument {
  return { ...product, price: new Double(product.price) };
}

/** What a writer changed. */
export interface WriteCounts {
  inserted: number;
  changed: number;
  unchanged: number;
}

/**
 * Writes an import into a shop's database, touching only documents that differ, so a second import of a file changes nothing.
 *
 * Fields the import does not know stay. An order's status is overwritten only where the file tells one, or the order turns out cancelled.
 * A customer's `createdAt` only ever moves back, a missing `country` is filled in. A product that an import made takes the name and price
 * of a later order line; one the shop made itself is left alone.
 */
export class MongoShopWriter implements ShopSink {
  readonly counts: Record<'orders' | 'customers' | 'products', WriteCounts> = {
    orders: { inserted: 0, changed: 0, unchanged: 0 },
    customers: { inserted: 0, changed: 0, unchanged: 0 },
    products: { inserted: 0, changed: 0, unchanged: 0 },
  };

  constructor(readonly db: Db) {}

  async orders(batch: readonly SettledOrder[]): Promise<void> {
    const wanted = new Map(batch.map(settled => [settled.order._id, settled]));
    await this.#write(
      'orders',
      batch.map(({ order }) => storedOrder(order)),
      (existing, document) => {
        const settled = wanted.get(document._id);
        const keepStatus = settled !== undefined && !settled.statusGiven && settled.order.status !== 'cancelled';
        return changedFields(existing, settled?.order ?? {}, keepStatus ? ['status'] : []);
      },
    );
  }

  async customers(batch: readonly Customer[]): Promise<void> {
    await this.#write(
      'customers',
      batch.map(customer => ({ ...customer })),
      (existing, document) => {
        const known = parseShopDocument('customers', existing);
        const wanted = parseShopDocument('customers', document);
        const earlier = known.createdAt == null || (wanted.createdAt != null && wanted.createdAt < known.createdAt);
        return [
          ...(earlier && wanted.createdAt ? ['createdAt'] : []),
          ...(known.country == null && wanted.country != null ? ['country'] : []),
        ];
      },
    );
  }

  async products(batch: readonly ImportedProduct[]): Promise<void> {
    const wanted = new Map(batch.map(product => [product._id, product]));
    await this.#write('products', batch.map(storedProduct), (existing, document) => {
      const product = wanted.get(document._id);
      const pricedAt = existing['pricedAt'];
      if (!product || !(pricedAt instanceof Date) || pricedAt > product.pricedAt) return [];
      return changedFields(existing, product, []);
    });
  }

  async #write(
    name: 'orders' | 'customers' | 'products',
    batch: readonly StoredDocument[],
    fieldsToChange: (existing: StoredDocument, wanted: StoredDocument) => readonly string[],
  ): Promise<void> {
    const collection: Collection<StoredDocument> = this.db.collection(name);
    const existing = new Map<string, StoredDocument>();
    for await (const document of collection.find({ _id: { $in: batch.map(({ _id }) => _id) } }))
      existing.set(document._id, document);
    const operations: AnyBulkWriteOperation<StoredDocument>[] = [];
    for (const document of batch) {
      const known = existing.get(document._id);
      if (!known) {
        operations.push({ insertOne: { document } });
        this.counts[name].inserted++;
        continue;
      }
      const fields = fieldsToChange(known, document);
      if (fields.length === 0) {
        this.counts[name].unchanged++;
        continue;
      }
      const changes = Object.fromEntries(fields.map(field => [field, document[field]]));
      operations.push({ updateOne: { filter: { _id: document._id }, update: { $set: changes } } });
      this.counts[name].changed++;
    }
    if (operations.length > 0) await collection.bulkWrite(operations, { ordered: false });
  }
}
