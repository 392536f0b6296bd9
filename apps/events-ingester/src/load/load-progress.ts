import { type AnyBulkWriteOperation, type Collection, type Db, Long } from 'mongodb';
import type { Logger } from 'pino';

interface ProgressDocument {
  _id: string;
  topic: string;
  partition: number;
  /** Null where the warehouse holds nothing of the partition. */
  next: Long | null;
  /** The process that stores the partition. */
  owner: string;
  at: Date;
}

/** How far a partition is stored, and whether this process stores it. */
export interface PartitionProgress {
  next: bigint | null;
  mine: boolean;
}

/**
 * What the replicas of load tell each other, and the processes that only watch: how far each partition is stored, in the collection
 * `load_progress`. It may lag behind by a moment and decides nothing: positions are read from the warehouse.
 */
export class LoadProgress {
  private readonly documents: Collection<ProgressDocument>;
  private readonly waiting = new Map<string, Omit<ProgressDocument, '_id' | 'at'>>();
  private writing: Promise<void> | undefined;

  constructor(
    db: Db,
    private readonly instanceId: string,
    private readonly logger: Logger,
  ) {
    this.documents = db.collection<ProgressDocument>('load_progress');
  }

  /** Says that this process stores a partition, and how far it is. Written soon; of several notes the newest. */
  note(topic: string, partition: number, next: bigint | null): void {
    this.waiting.set(progressKey(topic, partition), {
      topic,
      partition,
      next: next === null ? null : Long.fromBigInt(next),
      owner: this.instanceId,
    });
    this.writing ??= this.write();
  }

  /** Resolves when all notes are written, or could not be. */
  async flush(): Promise<void> {
    await this.writing;
  }

  /** The partitions of these topics that any process has noted, by {@link progressKey}. */
  async read(topics: readonly string[]): Promise<Map<string, PartitionProgress>> {
    const found = await this.documents.find({ topic: { $in: [...topics] } }, { promoteLongs: false }).toArray();
    const progress = new Map(
      found.map(({ _id, next, owner }) => [
        _id,
        { next: next?.toBigInt() ?? null, mine: owner === this.instanceId || this.waiting.has(_id) },
      ]),
    );
    for (const [key, { next }] of this.waiting) progress.set(key, { next: next?.toBigInt() ?? null, mine: true });
    return progress;
  }

  /** Messages stored or dropped so far, over all partitions of these topics; rises with every batch that any process stores. */
  async stored(topics: readonly string[]): Promise<bigint> {
    let sum = 0n;
    for (const { next } of (await this.read(topics)).values()) sum += next ?? 0n;
    return sum;
  }

  private async write(): Promise<void> {
    while (this.waiting.size > 0) {
      const notes = [...this.waiting];
      const at = new Date();
      const writes = notes.map(([_id, note]): AnyBulkWriteOperation<ProgressDocument> => ({
        updateOne: { filter: { _id }, update: { $set: { ...note, at } }, upsert: true },
      }));
      try {
        await this.documents.bulkWrite(writes, { ordered: false });
      } catch (err) {
        this.logger.warn({ err }, 'the progress of load could not be noted; the next batch makes up for it');
      }
      for (const [key, note] of notes) if (this.waiting.get(key) === note) this.waiting.delete(key);
    }
    this.writing = undefined;
  }
}

/** What {@link LoadProgress.read} names a partition by. */
export function progressKey(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}
