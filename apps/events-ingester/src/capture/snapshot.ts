import { bsonFieldToExtendedJson, type ChangeEvent, Sequence } from '@laurel/change-log';
import { readAhead } from '@laurel/service';
import type { ShopCollection } from '@laurel/shop';
import { BSON, type Db, type Document, type Filter } from 'mongodb';
import type { ChunkRange, SnapshotProgress } from './checkpoint.js';

const CHUNK_DOCUMENTS = 300;
const CHUNK_BYTES = 1024 * 1024;

export interface SnapshotOptions {
  db: Db;
  epoch: number;
  /** The shop's name of a collection. */
  sourceOf(collection: ShopCollection): string;
  /** Keeps the progress before a chunk is sent: whoever resumes sends the same chunk, with the same bounds. */
  checkpoint(progress: SnapshotProgress): Promise<void>;
  send(events: readonly ChangeEvent[]): Promise<void>;
}

interface Chunk {
  range: ChunkRange;
  events: { id: string; after: Uint8Array }[];
}

/** Reads collections by `_id` in chunks. All rows of a chunk share one sequence; chunks are numbered over all collections. */
export class Snapshot {
  constructor(private readonly options: SnapshotOptions) {}

  /** Where a snapshot begins. */
  static start(collections: readonly ShopCollection[]): SnapshotProgress {
    return { collections: [...collections], chunk: 1, range: null, sent: {} };
  }

  /** Reads from `progress` to the end, and returns the progress after the last chunk. */
  async run(progress: SnapshotProgress): Promise<SnapshotProgress> {
    let current = progress;
    while (current.collections.length > 0) current = await this.collection(current);
    return current;
  }

  private async collection(progress: SnapshotProgress): Promise<SnapshotProgress> {
    const [collection, ...rest] = progress.collections;
    if (collection === undefined) return progress;
    const source = this.options.sourceOf(collection);
    let { chunk, range } = progress;
    let sent = progress.sent[collection] ?? 0;
    const progressAt = (at: ChunkRange | null): SnapshotProgress => ({
      collections: progress.collections,
      chunk,
      range: at,
      sent: { ...progress.sent, [collection]: sent },
    });
    const send = async (next: Chunk) => {
      await this.options.send(this.eventsOf(collection, chunk, next));
      sent += next.events.length;
      chunk++;
    };
    if (range) {
      for await (const again of this.chunks(source, range.after, range.upTo)) {
        await this.options.send(this.eventsOf(collection, chunk, again));
        sent += again.events.length;
      }
      chunk++;
    }
    for await (const next of readAhead(this.chunks(source, range?.upTo ?? null), 1, chunk => Promise.resolve(chunk))) {
      range = next.range;
      await this.options.checkpoint(progressAt(range));
      await send(next);
    }
    const done = { ...progressAt(null), collections: rest };
    await this.options.checkpoint(done);
    return done;
  }

  /** The chunks after `after`; with `upTo` exactly what lies between, however large. */
  private async *chunks(collection: string, after: string | null, upTo?: string): AsyncGenerator<Chunk> {
    const cursor = this.options.db.collection(collection).find(between(after, upTo), {
      raw: true,
      sort: { _id: 1 },
      batchSize: CHUNK_DOCUMENTS,
      readConcern: { level: 'majority' },
    });
    try {
      let start = after;
      let events: Chunk['events'] = [];
      let bytes = 0;
      for (let document = await cursor.next(); document !== null; document = await cursor.next()) {
        for (const bson of [document, ...cursor.readBufferedDocuments()]) {
          const raw = bytesOf(bson);
          const id = bsonFieldToExtendedJson(raw, '_id') ?? 'null';
          events.push({ id, after: raw });
          bytes += raw.length;
          if (upTo === undefined && (events.length >= CHUNK_DOCUMENTS || bytes >= CHUNK_BYTES)) {
            yield { range: { after: start, upTo: id }, events };
            start = id;
            events = [];
            bytes = 0;
          }
        }
      }
      const last = events.at(-1);
      if (last) yield { range: { after: start, upTo: last.id }, events };
    } finally {
      await cursor.close();
    }
  }

  private eventsOf(collection: ShopCollection, chunk: number, { events }: Chunk): ChangeEvent[] {
    const { db, epoch, sourceOf } = this.options;
    const source = sourceOf(collection);
    const clusterTimeMs = Date.now();
    const seq = Sequence.ofChunk(epoch, chunk);
    return events.map(({ id, after }) => ({
      database: db.databaseName,
      collection: source,
      op: 'r',
      id,
      seq,
      epoch,
      before: null,
      after,
      snapshot: true,
      clusterTimeMs,
      ord: 0,
      eventId: `${epoch}:${collection}:${idText(id)}`,
    }));
  }
}

/** `_id`s of all types in their common order: `$gt` alone would stay within one type. */
function between(after: string | null, upTo: string | undefined): Filter<Document> {
  const bounds = [
    ...(after === null ? [] : [{ $gt: ['$_id', { $literal: idOf(after) }] }]),
    ...(upTo === undefined ? [] : [{ $lte: ['$_id', { $literal: idOf(upTo) }] }]),
  ];
  return bounds.length === 0 ? {} : { $expr: { $and: bounds } };
}

function idOf(id: string): unknown {
  return BSON.EJSON.parse(`{"id":${id}}`, { relaxed: false })['id'];
}

function idText(id: string): string {
  return id.startsWith('"') ? String(JSON.parse(id)) : id;
}

function bytesOf(document: Document): Uint8Array {
  if (document instanceof Uint8Array) return document;
  throw new TypeError('a document was expected as bytes');
}
