import type { AnyBulkWriteOperation, ClientSession, Collection, Document } from 'mongodb';

/** What a fold made of a read model's documents. */
export interface StateChanges<T extends { _id: string }> {
  /** The ids of those that were found before. */
  held: { has(id: string): boolean };
  changed: readonly T[];
  removed: readonly string[];
}

/**
 * Writes what a fold made of documents, within the transaction of `session`. Those that were not held are new, and inserting them costs a
 * fraction of an upsert.
 */
export async function writeStates<T extends Document & { _id: string }>(
  collection: Collection<T>,
  { held, changed, removed }: StateChanges<T>,
  session: ClientSession,
): Promise<void> {
  const documents = collection.db.collection<Document & { _id: string }>(collection.collectionName);
  const added = changed.filter(({ _id }) => !held.has(_id));
  if (added.length > 0) await documents.insertMany(added, { session, ordered: false });
  const operations: AnyBulkWriteOperation<Document & { _id: string }>[] = [
    ...changed
      .filter(({ _id }) => held.has(_id))
      .map(state => ({ replaceOne: { filter: { _id: state._id }, replacement: state } })),
    ...removed.filter(id => held.has(id)).map(_id => ({ deleteOne: { filter: { _id } } })),
  ];
  if (operations.length > 0) await documents.bulkWrite(operations, { session, ordered: false });
}
