import { rm } from 'node:fs/promises';
import type { TestProject } from 'vitest/node';
import { consoleProgress, resetStack, STACK_SOURCES, startStack } from './src/index.js';
import { removeAbandonedHomes, testHome } from './test-homes.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** A replica set that takes writes. Each test makes a database of its own in it. */
    mongodbUri: string;
    /** host:port, several separated by commas. Each test makes topics with a prefix of its own. */
    kafkaBrokers: string;
  }
}

/** Gives all integration tests of a run one MongoDB and one Kafka: those of LAUREL_TEST_MONGODB_URI and LAUREL_TEST_KAFKA_BROKERS, else new ones. */
export default async function testServers(project: TestProject): Promise<() => Promise<void>> {
  await removeAbandonedHomes();
  const home = testHome();
  const uri = process.env['LAUREL_TEST_MONGODB_URI'];
  const addresses = process.env['LAUREL_TEST_KAFKA_BROKERS'];
  const progress = consoleProgress();
  const stack = await startStack({
    home,
    mongodb: uri ? { uri } : { port: 0 },
    kafka: addresses ? { addresses } : { port: 0 },
    source: STACK_SOURCES.find(source => source === process.env['LAUREL_STACK']),
    onProgress: progress.report,
  }).finally(() => progress.end());
  project.provide('mongodbUri', stack.mongodbUri);
  project.provide('kafkaBrokers', stack.kafkaBrokers);
  return async () => {
    await resetStack(home);
    await rm(home, { recursive: true, force: true });
  };
}
