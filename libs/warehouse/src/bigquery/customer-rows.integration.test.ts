import { describe, inject } from 'vitest';
import { customerRowsSuite } from '../testing/customer-rows-suite.js';
import { temporaryBigQuery } from '../testing/temporary-bigquery.js';

const bigquery = inject('bigquery');

describe.runIf(bigquery)('BigQuery', () => {
  if (!bigquery) return;
  customerRowsSuite(() => temporaryBigQuery(bigquery));
});
