import type { LoggedCollection } from '@laurel/shop';

/** As many rows as DuckDB's vectors hold. */
export const CHUNK_ROWS = 2048;
/** Places of some of the columns that every changelog begins with. */
export const HEAD_PLACES = { key: 3, partition: 5, offset: 6, loadedAt: 7 } as const;
/** The cell of a text, and how much of it may be in there. */
export const STRING_BYTES = 16;
export const INLINE_BYTES = 12;

/**
 * Up to {@link CHUNK_ROWS} changelog rows, column by column as DuckDB's vectors hold them. They can be appended once: their memory is then used
 * for others.
 */
export interface PackedChunk {
  readonly collection: LoggedCollection;
  readonly rowCount: number;
  /** By the place of the column in the table; those that were added to it since are missing. */
  readonly vectors: readonly PackedVector[];
  /** Which of them names the customer whose data a row carries; undefined where rows are nobody's. */
  readonly customer: number | undefined;
  readonly memory: ArrayBuffer;
  /** Where in the memory the longer texts of all columns are. */
  readonly textsAt: number;
  readonly textsLength: number;
  /** Gives the memory back. */
  release(): void;
}

/**
 * The cells of a column, and a bit for each that is not null. A text is a `duckdb_string_t` of 16 bytes: its length, then itself up to 12 bytes,
 * else its first 4 bytes and its place among the texts instead of a pointer.
 */
export interface PackedVector {
  readonly isText: boolean;
  readonly cellsAt: number;
  readonly cellsLength: number;
  readonly validityAt: number;
  readonly validityLength: number;
}
