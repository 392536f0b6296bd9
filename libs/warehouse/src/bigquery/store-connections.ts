import type { Dataset } from '@google-cloud/bigquery';
import type { v1 } from '@google-cloud/bigquery-storage';
import type { LoadJobs } from './load-jobs.js';
import type { Statements } from './statements.js';

/** How the store reaches BigQuery. */
export interface StoreConnections {
  readonly dataset: Dataset;
  /** Path of the dataset: `projects/…/datasets/…`. */
  readonly datasetPath: string;
  readonly project: string;
  readonly client: v1.BigQueryWriteClient;
  readonly jobs: LoadJobs;
  readonly statements: Statements;
}
