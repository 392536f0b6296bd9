import { parseShopDocument, type LoggedCollection, ShopDocumentError } from '@laurel/shop';
import type { ChangelogRow, PlainDocument } from '../changelog-batch.js';
import { type Cell, CellError, cellOf } from './cell.js';
import { type CollectionColumns, MAX_COLUMNS } from './collection-columns.js';
import type { Column } from './column.js';

/** The good rows of one collection, column by column, ready to be written. */
export class RowSet {
  readonly rows: ChangelogRow[] = [];
  readonly #cells = new Map<string, Cell[]>();

  constructor(
    readonly collection: LoggedCollection,
    readonly columns: CollectionColumns,
  ) {}

  /** Takes a row in; gives the reason where it does not fit, and then leaves no trace of it. */
  add(row: ChangelogRow): string | undefined {
    const fields = this.#read(row);
    if (typeof fields === 'string') return fields;
    const index = this.rows.push(row) - 1;
    for (const [{ column }, cell] of fields) {
      const cells = this.#cells.get(column);
      if (cells) cells[index] = cell;
      else this.#cells.set(column, [...new Array<Cell>(index).fill(null), cell]);
    }
    return undefined;
  }

  /** The cell of a row; null where the document has no such field. */
  cell(column: Column, index: number): Cell {
    return this.#cells.get(column.column)?.[index] ?? null;
  }

  #read({ document, op, isParsed = false }: ChangelogRow): [Column, Cell][] | string {
    if (op === 'd') return [];
    if (document === null) return `${this.collection}: document expected, found none`;
    const columnsBefore = this.columns.all.length;
    try {
      return this.#cellsOf(isParsed ? document : parseShopDocument(this.collection, document));
    } catch (error) {
      if (error instanceof ShopDocumentError)
        return error.issues.map(issue => `${this.collection}.${issue}`).join('; ');
      if (error instanceof CellError) {
        this.columns.shrinkTo(columnsBefore);
        return `${this.collection}.${error.message}`;
      }
      throw error;
    }
  }

  #cellsOf(document: PlainDocument): [Column, Cell][] {
    const cells: [Column, Cell][] = [];
    for (const field of Object.keys(document)) {
      const value = document[field];
      if (field === '_id' || value === null || value === undefined) continue;
      const column = this.columns.columnFor(field, value);
      if (!column)
        throw new CellError(`${field}: would be column number ${MAX_COLUMNS + 1}, at most ${MAX_COLUMNS} expected`);
      cells.push([column, cellOf(column, value)]);
    }
    return cells;
  }
}
