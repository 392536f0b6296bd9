import { describe, inject } from 'vitest';
import { appendSuite } from '../testing/append-suite.js';
import { temporaryBigQuery } from '../testing/temporary-bigquery.js';

const bigquery = inject('bigquery');

describe.runIf(bigquery)('BigQuery', () => {
  if (bigquery) appendSuite(() => temporaryBigQuery(bigquery));
});
