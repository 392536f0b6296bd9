import { partitionOf, type LogTransport, type OutgoingMessage } from '@laurel/change-log';
import type { Collection, Db } from 'mongodb';
import type { CustomerFeatures } from './customer-features.js';
import type { FeatureReader } from './feature-reader.js';

interface VersionDocument {
  _id: string;
  version: number;
}

const CHUNK = 2000;

/** Tells the features topic what the features of customers are now; null for a customer of whom nothing is known any more. */
export class FeaturePublisher {
  private readonly versions: Collection<VersionDocument>;

  constructor(
    db: Db,
    private readonly reader: FeatureReader,
    private readonly transport: LogTransport,
    private readonly topic: string,
  ) {
    this.versions = db.collection<VersionDocument>('feature_versions');
  }

  /** Publishes each customer once. May be called again with the same customers: whoever reads keeps the newest version. */
  async publish(customerIds: readonly string[]): Promise<void> {
    const partitions = await this.transport.partitionCount(this.topic);
    for (let from = 0; from < customerIds.length; from += CHUNK) {
      const ids = customerIds.slice(from, from + CHUNK);
      const version = await this.nextVersion();
      const asOf = new Date();
      const features = await this.reader.featuresOf(ids, asOf);
      const messages = new Map<number, OutgoingMessage[]>();
      for (const id of ids) {
        const partition = partitionOf(id, partitions);
        const list = messages.get(partition) ?? [];
        list.push({ key: id, value: featureMessage(id, features.get(id), asOf, version) });
        messages.set(partition, list);
      }
      for (const [partition, list] of messages) await this.transport.send(this.topic, partition, list);
    }
  }

  /** Rises with every call, whichever process makes it; about the milliseconds since 1970. */
  private async nextVersion(): Promise<number> {
    const next = { $max: [{ $toLong: '$$NOW' }, { $add: [{ $ifNull: ['$version', 0] }, 1] }] };
    const document = await this.versions.findOneAndUpdate({ _id: 'features' }, [{ $set: { version: next } }], {
      upsert: true,
      returnDocument: 'after',
    });
    return document?.version ?? 0;
  }
}

function featureMessage(
  customerId: string,
  features: CustomerFeatures | undefined,
  asOf: Date,
  version: number,
): string | null {
  if (!features) return null;
  return JSON.stringify({ customer_id: customerId, ...features, as_of: asOf, version });
}
