import { describe, inject } from 'vitest';
import { keyRotationCases } from './key-rotation-cases.js';
import { LaurelProcess } from './laurel-process.js';
import { mainJobCases } from './main-job-cases.js';
import { storefrontCases } from './storefront-cases.js';

describe('the main job, by one process with DuckDB', () => {
  mainJobCases(
    () => LaurelProcess.prepare({ mongodbUri: inject('mongodbUri'), kafkaBrokers: inject('kafkaBrokers') }),
    running => {
      storefrontCases(running);
      keyRotationCases(running);
    },
  );
});
