import { MongoBulkWriteError, type Db } from 'mongodb';
import type { ShopCollection } from '@laurel/shop';
import type { StoredDocument } from '@laurel/order-import';

const DUPLICATE_KEY = 11000;
const AT_ONCE = 2;

/** Inserts documents that are not there yet, two batches at a time; those that are there stay as they are. */
export class MissingDocuments {
  readonly inserted: Record<ShopCollection, number> = { products: 0, customers: 0, orders: 0, events: 0 };
  readonly #running = new Set<Promise<void>>();

  constructor(readonly db: Db) {}

  /** Takes a batch; waits only while two others are still being written. An earlier batch's failure is thrown here or by {@link settled}. */
  async insert(collection: ShopCollection, batch: readonly StoredDocument[]): Promise<void> {
    while (this.#running.size >= AT_ONCE) await Promise.race(this.#running);
    const running = this.#write(collection, batch).then(() => {
      this.#running.delete(running);
    });
    running.catch(() => undefined);
    this.#running.add(running);
  }

  /** Waits until every batch is written. */
  async settled(): Promise<void> {
    await Promise.all(this.#running);
  }

  async #write(collection: ShopCollection, batch: readonly StoredDocument[]): Promise<void> {
    if (batch.length === 0) return;
    try {
      const { insertedCount } = await this.db
        .collection<StoredDocument>(collection)
        .insertMany(batch, { ordered: false });
      this.inserted[collection] += insertedCount;
    } catch (error) {
      if (!(error instanceof MongoBulkWriteError)) throw error;
      const errors = Array.isArray(error.writeErrors) ? error.writeErrors : [error.writeErrors];
      if (errors.some(({ code }) => code !== DUPLICATE_KEY)) throw error;
      this.inserted[collection] += error.insertedCount;
    }
  }
}
