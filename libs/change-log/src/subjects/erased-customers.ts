import type { ClientSession, Collection, Db } from 'mongodb';
import { customerDigest } from './customer-digest.js';
import type { Deed } from './deed.js';

interface ErasedCustomer {
  /** SHA-256 of the customer's id. */
  _id: string;
  erasedAt: Date;
}

/**
 * Who was erased, and when: what they did until then never comes back, whether it is read again from the log, by a new snapshot of the
 * shop, or late. What they do afterwards, as a customer anew, counts.
 */
export class ErasedCustomers {
  private readonly erased: Collection<ErasedCustomer>;

  constructor(db: Db) {
    this.erased = db.collection<ErasedCustomer>('erased_customers');
  }

  /** Creates what is missing. */
  async prepare(): Promise<void> {
    await this.erased.createIndexes([{ key: { erasedAt: 1 } }]);
  }

  /** Notes that a customer is erased, within a transaction. */
  async add(customerId: string, erasedAt: Date, session: ClientSession): Promise<void> {
    await this.erased.updateOne({ _id: customerDigest(customerId) }, { $max: { erasedAt } }, { session, upsert: true });
  }

  /** Whether any customer was ever erased. */
  async areThereAny(): Promise<boolean> {
    return (await this.erased.findOne({}, { projection: { _id: 1 } })) !== null;
  }

  /** Leaves out the items that tell of something an erased customer did before. */
  async without<T>(
    items: readonly T[],
    deedOf: (item: T) => Deed | undefined,
    session?: ClientSession,
  ): Promise<readonly T[]> {
    const options = session ? { session } : {};
    if (items.length === 0 || !(await this.erased.findOne({}, { ...options, projection: { _id: 1 } }))) return items;
    const digests = new Map<string, string>();
    for (const item of items) {
      const id = deedOf(item)?.customerId;
      if (id !== undefined && !digests.has(id)) digests.set(id, customerDigest(id));
    }
    const found = await this.erased.find({ _id: { $in: [...digests.values()] } }, options).toArray();
    if (found.length === 0) return items;
    const erasedAt = new Map(found.map(each => [each._id, each.erasedAt]));
    return items.filter(item => {
      const deed = deedOf(item);
      const since = deed && erasedAt.get(digests.get(deed.customerId) ?? '');
      return since === undefined || deed === undefined || deed.at > since;
    });
  }
}
