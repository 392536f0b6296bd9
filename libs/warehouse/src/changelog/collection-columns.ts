import type { LoggedCollection } from '@laurel/shop';
import { canonicalColumns } from './canonical-columns.js';
import { type Column, inferColumnType } from './column.js';
import { columnName } from './column-name.js';

/** More columns than this means that field names carry data; rows that bring yet another are refused. */
export const MAX_COLUMNS = 1000;

/** The columns of one changelog table, in the order of the table, growing as new fields are seen. */
export class CollectionColumns {
  readonly #columns: Column[];
  readonly #byField: Map<string, Column>;
  #known: number;

  /** `added` are the columns beyond the canonical ones, in the order they were added. */
  constructor(collection: LoggedCollection, added: readonly Column[]) {
    this.#columns = [...canonicalColumns(collection), ...added];
    this.#byField = new Map(this.#columns.map(column => [column.field, column]));
    this.#known = this.#columns.length;
  }

  get all(): readonly Column[] {
    return this.#columns;
  }

  /** The columns that the table has. */
  get stored(): readonly Column[] {
    return this.#columns.slice(0, this.#known);
  }

  /** Columns made by {@link columnFor} since the last {@link markAdded}: the table does not have them yet. */
  get pending(): readonly Column[] {
    return this.#columns.slice(this.#known);
  }

  markAdded(): void {
    this.#known = this.#columns.length;
  }

  /** Forgets the pending columns. */
  discardPending(): void {
    this.shrinkTo(this.#known);
  }

  /** Forgets pending columns until `count` columns are left. */
  shrinkTo(count: number): void {
    for (const column of this.#columns.splice(Math.max(count, this.#known))) this.#byField.delete(column.field);
  }

  /** The column of a field, a new one where the field was never seen; undefined while its value is null. */
  columnFor(field: string, value: unknown): Column | undefined {
    const existing = this.#byField.get(field);
    if (existing) return existing;
    const type = inferColumnType(value);
    if (type === null) return undefined;
    if (this.#columns.length >= MAX_COLUMNS) return undefined;
    const column = {
      field,
      type,
      column: columnName(
        field,
        this.#columns.map(other => other.column),
      ),
    };
    this.#columns.push(column);
    this.#byField.set(field, column);
    return column;
  }
}
