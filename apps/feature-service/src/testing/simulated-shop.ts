import { BSON, type Document } from 'mongodb';
import {
  bsonToExtendedJson,
  type ChangeOperation,
  ChangeEncoder,
  type LogTransport,
  type OutgoingMessage,
  partitionOf,
  Topics,
} from '@laurel/change-log';
import type { ShopCollection } from '@laurel/shop';

type ShopDocument = Document & { _id: string };

/** One change on its way into the log. */
interface Change {
  collection: ShopCollection;
  op: ChangeOperation;
  id: string;
  seq: number;
  after: ShopDocument | null;
}

/** A shop without a MongoDB: writes changes to the log as capture does, and can write everything again. */
export class SimulatedShop {
  readonly documents = new Map<string, { collection: ShopCollection; document: ShopDocument }>();
  private readonly log: Change[] = [];
  private pending: Change[] = [];
  private seq = 0;

  constructor(
    private readonly transport: LogTransport,
    private readonly prefix: string,
    private readonly database: string,
  ) {}

  put(collection: ShopCollection, document: ShopDocument): void {
    const key = `${collection}/${document._id}`;
    const op = this.documents.has(key) ? 'u' : 'c';
    this.documents.set(key, { collection, document });
    this.note({ collection, op, id: document._id, seq: ++this.seq, after: document });
  }

  remove(collection: ShopCollection, id: string): void {
    if (this.documents.delete(`${collection}/${id}`))
      this.note({ collection, op: 'd', id, seq: ++this.seq, after: null });
  }

  ids(collection: ShopCollection): string[] {
    return [...this.documents.values()].flatMap(entry => (entry.collection === collection ? [entry.document._id] : []));
  }

  find(collection: ShopCollection, id: string): ShopDocument | undefined {
    return this.documents.get(`${collection}/${id}`)?.document;
  }

  /** Sends what is new. */
  async flush(): Promise<void> {
    const changes = this.pending;
    this.pending = [];
    await this.send(changes);
  }

  /** Sends every change there ever was once more, as capture does after a crash. */
  async replay(): Promise<void> {
    await this.send(this.log);
  }

  private note(change: Change): void {
    this.log.push(change);
    this.pending.push(change);
  }

  private async send(changes: readonly Change[]): Promise<void> {
    const encoder = new ChangeEncoder(this.prefix);
    const topics = new Topics(this.prefix, this.database);
    const partitions = new Map<string, { topic: string; partition: number; messages: OutgoingMessage[] }>();
    for (const { collection, op, id, seq, after } of changes) {
      const extendedId = JSON.stringify(id);
      const topic = topics.changes(collection);
      const partition = partitionOf(ChangeEncoder.keyOf(extendedId), await this.transport.partitionCount(topic));
      const place = `${topic}/${partition}`;
      const entry = partitions.get(place) ?? { topic, partition, messages: [] };
      partitions.set(place, entry);
      entry.messages.push(
        ...encoder.encode(
          {
            database: this.database,
            collection,
            op,
            id: extendedId,
            eventId: `event-${seq}`,
            seq: seq.toString(16).padStart(12, '0'),
            epoch: 1,
            before: null,
            after: after && bsonToExtendedJson(BSON.serialize(after)),
            snapshot: false,
            clusterTimeMs: Date.now(),
            ord: 1,
          },
          Date.now(),
        ),
      );
    }
    for (const { topic, partition, messages } of partitions.values()) {
      for (let from = 0; from < messages.length; from += 2000)
        await this.transport.send(topic, partition, messages.slice(from, from + 2000));
    }
  }
}
