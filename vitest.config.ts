import { defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';

const serverless = 'tests/{faults,lint}/**/*.test.ts';
/** Brings up everything by itself, so it has the machine to itself. */
const start = 'tests/end-to-end/start.test.ts';
const bigquery = '{libs/warehouse/src,libs/learning/src/training/bigquery-ml}/**/*.integration.test.ts';
/** Several processes, and the BigQuery emulator beside MongoDB and Kafka. */
const distributed = [
  'apps/events-ingester/src/subjects/load-barrier.integration.test.ts',
  'tests/end-to-end/distributed.test.ts',
];
const conditions = ['@laurel/source', ...defaultServerConditions];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  test: {
    maxWorkers: 2,
    setupFiles: 'tests/property-seed.ts',
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{apps,libs,tools}/**/*.test.ts', serverless],
          exclude: ['**/*.integration.test.ts', '**/node_modules/**', '**/dist/**'],
          testTimeout: 20_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['{apps,libs,tools}/**/*.integration.test.ts', 'tests/**/*.test.ts'],
          exclude: [serverless, start, bigquery, ...distributed, '**/node_modules/**', '**/dist/**'],
          globalSetup: 'tools/stack/test-servers.ts',
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'start',
          include: [start],
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
          testTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'bigquery',
          include: [bigquery],
          globalSetup: 'tools/stack/test-bigquery.ts',
          sequence: { groupOrder: 1 },
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'distributed',
          include: distributed,
          globalSetup: ['tools/stack/test-servers.ts', 'tools/stack/test-bigquery.ts'],
          maxWorkers: 1,
          sequence: { groupOrder: 3 },
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
