import { createHash } from 'node:crypto';
import type { ClustersInput, FeatureRow, Refused } from '../trainer.js';
import { refused } from './refused.js';
import { MIN_CUSTOMERS_PER_CLUSTER } from './training-limits.js';

/** The customers of a clustering, sorted by code unit of their ids. */
export interface ReadFeatures {
  readonly kind: 'read';
  readonly customerIds: readonly string[];
  /** A row for each customer. */
  readonly features: Float64Array<ArrayBuffer>;
  readonly dataFingerprint: string;
}

/** All customers in memory, or why there are too few, or too few different ones, for `k` clusters. */
export async function readFeatures(input: ClustersInput, k: number): Promise<ReadFeatures | Refused> {
  const rows: FeatureRow[] = [];
  for await (const row of input.rows) rows.push(row);
  const needed = MIN_CUSTOMERS_PER_CLUSTER * k;
  if (rows.length < needed) return refused(`${rows.length} customers, at least ${needed} are needed for ${k} clusters`);
  const distinct = new Set(rows.map(row => row.features.join())).size;
  if (distinct < k) return refused(`${distinct} different customers can't make ${k} clusters`);
  rows.sort((a, b) => (a.customerId < b.customerId ? -1 : 1));
  const hash = createHash('sha256').update(input.featureNames.join());
  for (const row of rows) hash.update(`\n${row.customerId},${row.features.join()}`);
  return {
    kind: 'read',
    customerIds: rows.map(row => row.customerId),
    features: Float64Array.from(rows.flatMap(row => row.features)),
    dataFingerprint: hash.digest('hex'),
  };
}
