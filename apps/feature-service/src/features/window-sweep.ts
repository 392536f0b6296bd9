import type { ClientSession, Collection, Db, MongoClient } from 'mongodb';
import type { ChangedCustomers } from './changed-customers.js';
import { windowStartMs } from './customer-features.js';
import type { FeatureStore } from './feature-store.js';

interface SweepDocument {
  _id: string;
  asOf: Date;
  windowDays: number;
}

/**
 * Finds the customers whose features changed because time passed: something of theirs left the window since the last sweep. After a change
 * of the window's length these are all customers.
 */
export class WindowSweep {
  private readonly sweeps: Collection<SweepDocument>;

  constructor(
    private readonly mongo: MongoClient,
    db: Db,
    private readonly store: FeatureStore,
    private readonly changed: ChangedCustomers,
    private readonly windowDays: number,
  ) {
    this.sweeps = db.collection<SweepDocument>('feature_sweeps');
  }

  /** Adds those customers to what must be published; gives how many. A sweep cut short is repeated by the next. */
  async run(asOf: Date): Promise<number> {
    return this.mongo.withSession(session =>
      session.withTransaction(async () => {
        const last = await this.sweeps.findOne({ _id: 'window' }, { session });
        const customers = await this.leavers(last, asOf, session);
        await this.changed.add(session, customers);
        await this.sweeps.updateOne(
          { _id: 'window' },
          { $set: { asOf, windowDays: this.windowDays } },
          { session, upsert: true },
        );
        return customers.size;
      }),
    );
  }

  private async leavers(last: SweepDocument | null, asOf: Date, session: ClientSession): Promise<Set<string>> {
    const customers = new Set<string>();
    if (last && last.windowDays !== this.windowDays) {
      const browsers = this.store.events.aggregate<{ _id: string }>([{ $group: { _id: '$customerId' } }], { session });
      for await (const { _id } of browsers) customers.add(_id);
      for await (const { customerIds } of this.store.orders.find({}, { session, projection: { customerIds: 1 } })) {
        for (const id of customerIds) customers.add(id);
      }
      return customers;
    }
    const from = last ? windowStartMs(last.asOf, this.windowDays) : 0;
    const until = windowStartMs(asOf, this.windowDays);
    if (!last || until <= from) return customers;
    const events = this.store.events.find(
      { timeMs: { $gte: from, $lt: until } },
      { session, projection: { _id: 0, customerId: 1 } },
    );
    for await (const { customerId } of events) customers.add(customerId);
    const orders = this.store.orders.find(
      { 'counted.placedAt': { $gte: new Date(from), $lt: new Date(until) } },
      { session, projection: { _id: 0, 'counted.customerId': 1 } },
    );
    for await (const { counted } of orders) if (counted) customers.add(counted.customerId);
    return customers;
  }
}
