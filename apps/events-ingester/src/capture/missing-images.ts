import { bsonFieldToExtendedJson } from '@laurel/change-log';
import { BSON, type Db } from 'mongodb';
import type { RawEvent } from './raw-event.js';

/**
 * Reads the documents of updates that came without a post-image, as they are now, as BSON by collection and `_id` (Extended JSON). What is not found
 * was deleted since: its delete event follows.
 */
export async function readMissingImages(db: Db, events: readonly RawEvent[]): Promise<Map<string, Uint8Array>> {
  const wanted = new Map<string, Set<string>>();
  for (const { collection, id } of events) {
    if (collection === undefined || id === undefined) continue;
    const ids = wanted.get(collection) ?? new Set();
    wanted.set(collection, ids.add(id));
  }
  const found = new Map<string, Uint8Array>();
  for (const [collection, ids] of wanted) {
    const values = [...ids].map(id => BSON.EJSON.parse(`{"id":${id}}`, { relaxed: false })['id']);
    const cursor = db
      .collection(collection)
      .find({ _id: { $in: values } }, { raw: true, readConcern: { level: 'majority' } });
    for await (const document of cursor) {
      if (!(document instanceof Uint8Array)) continue;
      found.set(imageKey(collection, bsonFieldToExtendedJson(document, '_id')), document);
    }
  }
  return found;
}

/** The key under which {@link readMissingImages} gives a document. */
export function imageKey(collection: string | undefined, id: string | undefined): string {
  return `${collection}/${id}`;
}
