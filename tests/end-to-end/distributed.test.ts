import { describe, inject } from 'vitest';
import { LaurelProcess } from './laurel-process.js';
import { mainJobCases } from './main-job-cases.js';

const bigquery = inject('bigquery');

describe.runIf(bigquery)('the main job, by a process for each app with BigQuery', () => {
  if (!bigquery) return;
  mainJobCases(() =>
    LaurelProcess.prepare({ mongodbUri: inject('mongodbUri'), kafkaBrokers: inject('kafkaBrokers'), bigquery }),
  );
});
