import type { HistoryBatch, HistoryItem } from '@laurel/learning';

/** A customer whose history a model is asked about. */
export interface ModelQuery {
  customer: number;
  items: readonly HistoryItem[];
  /** Items that their list may not hold, each once. */
  own: readonly number[];
}

/** Queries as a thread takes them. */
export function packHistories(
  queries: readonly ModelQuery[],
  batch: Pick<HistoryBatch, 'model' | 'most' | 'wanted'>,
): HistoryBatch {
  const starts = startsOf(queries.map(({ items }) => items.length));
  const ownStarts = startsOf(queries.map(({ own }) => own.length));
  const items = new Int32Array(starts[queries.length]!);
  const weights = new Float64Array(items.length);
  const own = new Int32Array(ownStarts[queries.length]!);
  queries.forEach((query, row) => {
    query.items.forEach(({ item, weight }, at) => {
      items[starts[row]! + at] = item;
      weights[starts[row]! + at] = weight;
    });
    own.set(query.own, ownStarts[row]);
  });
  return { ...batch, starts, items, weights, ownStarts, own };
}

function startsOf(lengths: readonly number[]): Int32Array<ArrayBuffer> {
  const starts = new Int32Array(lengths.length + 1);
  lengths.forEach((length, row) => (starts[row + 1] = starts[row]! + length));
  return starts;
}
