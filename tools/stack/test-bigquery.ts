import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import {
  consoleProgress,
  downloaded,
  GOOGLE_SQL_WASM,
  googleSqlParser,
  MissingToolError,
  startStack,
  type Stack,
} from './src/index.js';
import { removeAbandonedHomes, testHome } from './test-homes.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The BigQuery emulator; null where this machine's Python is too old for it. Each test makes datasets of its own in it. */
    bigquery: NonNullable<Stack['bigquery']> | null;
    /** Path of Google's own parser of BigQuery's SQL, as WebAssembly; null without Python. */
    googleSql: string | null;
  }
}

/**
 * Gives the BigQuery tests of a run one emulator, that of LAUREL_TEST_BIGQUERY (`project@host:restPort:grpcPort`) or else a new one, and
 * Google's parser.
 */
export default async function testBigQuery(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  project.provide('googleSql', await parser());
  const given = /^([^@]+)@([^:]+):(\d+):(\d+)$/.exec(process.env['LAUREL_TEST_BIGQUERY'] ?? '');
  if (given) {
    const [, id = '', host, restPort, grpcPort] = given;
    const endpoints = { apiEndpoint: `http://${host}:${restPort}`, storageEndpoint: `${host}:${grpcPort}` };
    project.provide('bigquery', { project: id, ...endpoints });
    return undefined;
  }
  await removeAbandonedHomes();
  const home = testHome('bigquery');
  const progress = consoleProgress();
  try {
    const stack = await startStack({
      home,
      mongodb: { uri: 'not-needed' },
      kafka: { addresses: 'not-needed' },
      bigquery: { restPort: 0, grpcPort: 0 },
      onProgress: progress.report,
    });
    project.provide('bigquery', stack.bigquery ?? null);
    return async () => {
      await stack.stop();
      await rm(home, { recursive: true, force: true });
    };
  } catch (error) {
    if (!(error instanceof MissingToolError)) throw error;
    process.stderr.write(`The tests against the BigQuery emulator are skipped: ${error.message}\n`);
    project.provide('bigquery', null);
    return undefined;
  } finally {
    progress.end();
  }
}

async function parser(): Promise<string | null> {
  try {
    return join(await downloaded(googleSqlParser, () => undefined), GOOGLE_SQL_WASM);
  } catch (error) {
    if (!(error instanceof MissingToolError)) throw error;
    return null;
  }
}
