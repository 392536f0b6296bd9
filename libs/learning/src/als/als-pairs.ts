import type { Interactions } from '../interactions/interactions.js';

/** Room for a sparse matrix by rows, as in {@link Interactions}; zeros at first. */
export type AlsRows = Pick<Interactions, 'rowStarts' | 'columns' | 'values'>;

/** Pairs that can be written where they are needed, so that they need not be held twice. */
export interface AlsPairs {
  readonly users: number;
  readonly items: number;
  readonly pairs: number;
  /** Writes all rows. */
  write(into: AlsRows): void;
}

/** Pairs that are held already. */
export function pairsOf({ userIds, itemIds, rowStarts, columns, values }: Interactions): AlsPairs {
  return {
    users: userIds.length,
    items: itemIds.length,
    pairs: columns.length,
    write: into => {
      into.rowStarts.set(rowStarts);
      into.columns.set(columns);
      into.values.set(values);
    },
  };
}
