import { isLoggedCollection, type LoggedCollection, LOGGED_COLLECTIONS } from '@laurel/shop';
import type { ChangelogBatch, RowReject } from '../changelog-batch.js';
import type { CollectionColumns } from './collection-columns.js';
import { RowSet } from './row-set.js';

/** The rows of a batch that can be stored, by collection, and those that cannot. */
export interface SortedRows {
  readonly sets: readonly RowSet[];
  readonly rejected: readonly RowReject[];
}

/** Sorts the rows of a batch; fields never seen before become pending columns of their collection. */
export function sortBatch(
  batch: ChangelogBatch,
  columnsOf: (collection: LoggedCollection) => CollectionColumns | undefined,
): SortedRows {
  const sets = new Map<string, RowSet>();
  const rejected: RowReject[] = [];
  for (const [index, row] of batch.rows.entries()) {
    const set = sets.get(row.collection) ?? setFor(row.collection, columnsOf);
    if (set) sets.set(row.collection, set);
    const reason = set
      ? set.add(row)
      : `${row.collection}: unknown collection, one of ${LOGGED_COLLECTIONS.join(', ')} expected`;
    if (reason !== undefined) rejected.push({ index, reason });
  }
  return { sets: [...sets.values()], rejected };
}

function setFor(
  collection: string,
  columnsOf: (collection: LoggedCollection) => CollectionColumns | undefined,
): RowSet | undefined {
  if (!isLoggedCollection(collection)) return undefined;
  const columns = columnsOf(collection);
  return columns && new RowSet(collection, columns);
}
