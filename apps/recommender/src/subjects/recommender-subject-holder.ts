import {
  type ConfirmErasure,
  type LogTransport,
  partitionOf,
  type SubjectHolder,
  type SubjectHolding,
} from '@laurel/change-log';
import type { MongoClient } from 'mongodb';
import type { ReadModelCollections } from '../read-model/collections.js';

/**
 * What the recommender holds of a customer. Each replica follows the collections into its memory, so what is removed here is gone from the
 * next answer; models hold products only.
 */
export class RecommenderSubjectHolder implements SubjectHolder {
  readonly service = 'recommender';

  constructor(
    private readonly mongo: MongoClient,
    private readonly collections: ReadModelCollections,
    private readonly transport: LogTransport,
    private readonly recommendationsTopic: string,
  ) {}

  async find(customerId: string): Promise<SubjectHolding[]> {
    const { orders, activity, profiles } = this.collections;
    const own = { _id: customerId };
    return [
      {
        store: 'mongodb',
        place: orders.collectionName,
        records: await orders.find({ customerIds: customerId }).toArray(),
      },
      { store: 'mongodb', place: activity.collectionName, records: await activity.find(own).toArray() },
      { store: 'mongodb', place: profiles.collectionName, records: await profiles.find(own).toArray() },
    ];
  }

  /** The recommendations topic gets a tombstone. */
  async erase(customerId: string, confirm: ConfirmErasure): Promise<void> {
    const topic = this.recommendationsTopic;
    const partition = partitionOf(customerId, await this.transport.partitionCount(topic));
    await this.transport.send(topic, partition, [{ key: customerId, value: null }]);
    const { orders, activity, profiles } = this.collections;
    await this.mongo.withSession(session =>
      session.withTransaction(async () => {
        const own = { _id: customerId };
        const removed = {
          [orders.collectionName]: await orders.deleteMany({ customerIds: customerId }, { session }),
          [activity.collectionName]: await activity.deleteMany(own, { session }),
          [profiles.collectionName]: await profiles.deleteMany(own, { session }),
        };
        await confirm(
          Object.entries(removed).map(([place, { deletedCount: records }]) => ({ store: 'mongodb', place, records })),
          session,
        );
      }),
    );
  }
}
