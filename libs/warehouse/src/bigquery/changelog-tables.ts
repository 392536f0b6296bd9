import type { Dataset } from '@google-cloud/bigquery';
import { isLoggedCollection, type LoggedCollection, LOGGED_COLLECTIONS } from '@laurel/shop';
import type { ChangelogBatch } from '../changelog-batch.js';
import { type SortedRows, sortBatch } from '../changelog/sort-batch.js';
import { WarehouseError } from '../errors.js';
import { ChangelogTable } from './changelog-table.js';
import type { Statements } from './statements.js';

/** The changelog tables of all collections. */
export class ChangelogTables {
  private constructor(private readonly tables: ReadonlyMap<LoggedCollection, ChangelogTable>) {}

  /** Makes the tables where they do not exist. */
  static async open(dataset: Dataset, statements: Statements): Promise<ChangelogTables> {
    const tables = new Map<LoggedCollection, ChangelogTable>();
    for (const collection of LOGGED_COLLECTIONS) {
      tables.set(collection, await ChangelogTable.open(dataset, collection, statements));
    }
    return new ChangelogTables(tables);
  }

  /** The table of a collection. */
  of(collection: LoggedCollection): ChangelogTable {
    const table = this.tables.get(collection);
    if (!table) throw new WarehouseError(`There is no table for ${collection}`);
    return table;
  }

  /** Sorts a batch by collection into rows that fit and others, and adds the columns that the rows need. */
  async sort(batch: ChangelogBatch): Promise<SortedRows> {
    for (;;) {
      const sorted = sortBatch(batch, collection =>
        isLoggedCollection(collection) ? this.tables.get(collection)?.columns : undefined,
      );
      const tables = sorted.sets.map(({ collection }) => this.of(collection));
      try {
        const added = await Promise.all(tables.map(table => table.addPendingColumns()));
        if (added.every(Boolean)) return sorted;
      } catch (cause) {
        for (const table of tables) table.columns.discardPending();
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new WarehouseError(`New columns for ${batch.topic} could not be added: ${reason}`, { cause });
      }
    }
  }
}

/**
 * The collection that a topic is named after.
 * @throws WarehouseError where it is none of the shop's.
 */
export function collectionOf({ topic }: { readonly topic: string }): LoggedCollection {
  const collection = topic.slice(topic.lastIndexOf('.') + 1);
  if (isLoggedCollection(collection)) return collection;
  throw new WarehouseError(
    `The topic ${topic} is of no collection, one that ends in .${LOGGED_COLLECTIONS.join(', .')} expected`,
  );
}

/** @throws WarehouseError where a batch that moves its topic's position holds rows of another collection. */
export function assertOneCollection(batch: ChangelogBatch, { sets }: SortedRows): void {
  const own = collectionOf(batch);
  const stray = sets.find(({ collection }) => collection !== own);
  if (!stray) return;
  throw new WarehouseError(
    `The topic ${batch.topic} holds changes of ${stray.collection}: one collection a topic expected`,
  );
}
