import type { Dataset, Table } from '@google-cloud/bigquery';
import type { LoggedCollection } from '@laurel/shop';
import { CollectionColumns } from '../changelog/collection-columns.js';
import { addedColumns, changelogFields, ddlType, tableField } from './changelog-schema.js';
import { ensureTable, readTable, restStatus, type TableState } from './rest-table.js';
import { RowFormat } from './row-format.js';
import type { Statements } from './statements.js';

/**
 * One changelog table. Its schema is the only record of which field is in which column (in the columns' descriptions), so that several
 * processes can add columns.
 */
export class ChangelogTable {
  /** When the table was made, as BigQuery says it: tells it from one of the same name that was deleted. */
  readonly mark: string;
  #columns: CollectionColumns;
  #format: RowFormat;

  private constructor(
    readonly collection: LoggedCollection,
    private readonly table: Table,
    private readonly statements: Statements,
    state: TableState,
  ) {
    this.mark = state.creationTime;
    this.#columns = new CollectionColumns(collection, addedColumns(collection, state.fields));
    this.#format = new RowFormat(this.#columns.all);
  }

  /** Finds the table, or makes it: partitioned by the day of the change, clustered by key. */
  static async open(dataset: Dataset, collection: LoggedCollection, statements: Statements): Promise<ChangelogTable> {
    const table = dataset.table(`${collection}_changelog`);
    const state = await ensureTable(table, {
      schema: { fields: changelogFields(collection) },
      timePartitioning: { type: 'DAY', field: '_source_ts' },
      clustering: { fields: ['_key'] },
    });
    return new ChangelogTable(collection, table, statements, state);
  }

  get columns(): CollectionColumns {
    return this.#columns;
  }

  /** How rows are written; another one after columns were added. */
  get format(): RowFormat {
    return this.#format;
  }

  /**
   * Adds the pending columns to the table. False where another process has added columns meanwhile: those are known from now on, the
   * pending ones are forgotten, and the batch is to be sorted anew.
   */
  async addPendingColumns(): Promise<boolean> {
    const { pending } = this.#columns;
    if (pending.length === 0) return true;
    const before = await readTable(this.table);
    if (this.#hasOthers(before)) return this.#restart(before);
    try {
      await this.table.setMetadata({
        schema: { fields: [...before.fields, ...pending.map(tableField)] },
        ...(before.etag && { etag: before.etag }),
      });
    } catch (error) {
      if (restStatus(error) !== 412) throw error;
      return this.#restart(await readTable(this.table));
    }
    // On Google the columns are there now. The emulator has changed its catalogue only; this changes the table.
    const table = `laurel.${this.collection}_changelog`;
    const additions = pending.map(
      ({ column, type }) => `ALTER TABLE ${table} ADD COLUMN IF NOT EXISTS \`${column}\` ${ddlType(type)};`,
    );
    await this.statements.run(additions.join('\n'));
    this.#columns.markAdded();
    this.#format = new RowFormat(this.#columns.all);
    return true;
  }

  #restart(state: TableState): false {
    this.#columns = new CollectionColumns(this.collection, addedColumns(this.collection, state.fields));
    this.#format = new RowFormat(this.#columns.all);
    return false;
  }

  #hasOthers({ fields }: TableState): boolean {
    const known = new CollectionColumns(this.collection, addedColumns(this.collection, fields)).all.length;
    return known !== this.#columns.all.length - this.#columns.pending.length;
  }
}
