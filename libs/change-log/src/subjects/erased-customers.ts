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
  async areThereAny(session?: ClientSession): Promise<boolean> {
    const options = session ? { session } : {};
    return (await this.erased.findOne({}, { ...options, projection: { _id: 1 } })) !== null;
  }

  /** Those of some customers who were ever erased, and when. */
  async among(customerIds: Iterable<string>, session?: ClientSession): Promise<ReadonlyMap<string, Date>> {
    const ids = new Map<string, string>();
    for (const id of customerIds) ids.set(customerDigest(id), id);
    const found = await this.erased.find({ _id: { $in: [...ids.keys()] } }, session ? { session } : {}).toArray();
    return new Map(found.map(({ _id, erasedAt }) => [ids.get(_id) ?? '', erasedAt]));
  }

  /** Leaves out the items that tell of something an erased customer did before. */
  async without<T>(
    items: readonly T[],
    deedOf: (item: T) => Deed | undefined,
    session?: ClientSession,
  ): Promise<readonly T[]> {
    if (items.length === 0 || !(await this.areThereAny(session))) return items;
    const deeds = items.map(deedOf);
    const customers = new Set(deeds.flatMap(deed => (deed ? [deed.customerId] : [])));
    const erasedAt = await this.among(customers, session);
    if (erasedAt.size === 0) return items;
    return items.filter((_, index) => {
      const deed = deeds[index];
      const since = deed && erasedAt.get(deed.customerId);
      return since === undefined || deed === undefined || deed.at > since;
    });
  }
}
