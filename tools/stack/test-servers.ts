import { readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { consoleProgress, startStack, stopStack } from './src/index.js';
import { identify } from './src/processes/process-identity.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** A replica set that takes writes. Each test makes a database of its own in it. */
    mongodbUri: string;
    /** host:port, several separated by commas. Each test makes topics with a prefix of its own. */
    kafkaBrokers: string;
  }
}

const HOME_NAME = /^laurel-test-(\d+)$/;

/** Gives all integration tests of a run one MongoDB and one Kafka: those of LAUREL_TEST_MONGODB_URI and LAUREL_TEST_KAFKA_BROKERS, else new ones. */
export default async function testServers(project: TestProject): Promise<() => Promise<void>> {
  await removeAbandonedHomes();
  const home = join(tmpdir(), `laurel-test-${process.pid}`);
  const uri = process.env['LAUREL_TEST_MONGODB_URI'];
  const addresses = process.env['LAUREL_TEST_KAFKA_BROKERS'];
  const progress = consoleProgress();
  const stack = await startStack({
    home,
    mongodb: uri ? { uri } : { port: 0 },
    kafka: addresses ? { addresses } : { port: 0 },
    onProgress: progress.report,
  }).finally(() => progress.end());
  project.provide('mongodbUri', stack.mongodbUri);
  project.provide('kafkaBrokers', stack.kafkaBrokers);
  return async () => {
    await stack.stop();
    await rm(home, { recursive: true, force: true });
  };
}

async function removeAbandonedHomes(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = HOME_NAME.exec(name)?.[1];
    if (pid === undefined || (await identify(Number(pid)))) continue;
    await stopStack(join(tmpdir(), name));
    await rm(join(tmpdir(), name), { recursive: true, force: true });
  }
}
