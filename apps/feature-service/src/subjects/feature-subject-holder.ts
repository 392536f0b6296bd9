import type { ConfirmErasure, SubjectHolder, SubjectHolding } from '@laurel/change-log';
import type { ClientSession, MongoClient } from 'mongodb';
import type { ChangedCustomers } from '../features/changed-customers.js';
import type { FeatureStore } from '../features/feature-store.js';

/** What the feature service holds of a customer: the events and orders that features are made from. */
export class FeatureSubjectHolder implements SubjectHolder {
  readonly service = 'feature-service';

  constructor(
    private readonly mongo: MongoClient,
    private readonly store: FeatureStore,
    private readonly changed: ChangedCustomers,
  ) {}

  async find(customerId: string): Promise<SubjectHolding[]> {
    const { events, orders, customers } = this.store;
    return [
      { store: 'mongodb', place: 'feature_events', records: await events.find({ customerId }).toArray() },
      { store: 'mongodb', place: 'feature_orders', records: await orders.find({ customerIds: customerId }).toArray() },
      { store: 'mongodb', place: 'feature_customers', records: await customers.find({ _id: customerId }).toArray() },
    ];
  }

  /** The features topic is told that nothing is known of the customer any more: a tombstone. */
  async erase(customerId: string, confirm: ConfirmErasure): Promise<void> {
    await this.mongo.withSession(session =>
      session.withTransaction(() => this.eraseWithin(customerId, confirm, session)),
    );
    this.changed.notify();
  }

  private async eraseWithin(customerId: string, confirm: ConfirmErasure, session: ClientSession): Promise<void> {
    const { events, orders, customers } = this.store;
    const named = await orders.find({ customerIds: customerId }, { session }).toArray();
    const removed = {
      feature_events: await events.deleteMany({ customerId }, { session }),
      feature_orders: await orders.deleteMany({ customerIds: customerId }, { session }),
      feature_customers: await customers.deleteMany({ _id: customerId }, { session }),
    };
    await this.changed.add(session, new Set([customerId, ...named.flatMap(({ customerIds }) => customerIds)]));
    await confirm(
      Object.entries(removed).map(([place, { deletedCount }]) => ({ store: 'mongodb', place, records: deletedCount })),
      session,
    );
  }
}
