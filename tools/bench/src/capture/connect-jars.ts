import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { downloaded, fetchPinnedJars, readPinnedJars } from '@laurel/stack';

const PINS = join(import.meta.dirname, '../../pins');

/** Folders of jars. */
export interface ConnectJars {
  /** Kafka Connect's worker: jars. */
  worker: string;
  /** Folders of plugins for the worker, each a folder of jars: Debezium's MongoDB connector as its archive holds it, and MongoDB's own. */
  debezium: string;
  mongoKafka: string;
}

/**
 * Kafka Connect 4.1.0, Debezium's MongoDB connector 3.6.1 and MongoDB's own connector 2.0.1, from Maven's repositories, each jar checked against
 * its SHA-256.
 *
 * @throws DownloadError
 */
export async function connectJars(): Promise<ConnectJars> {
  return {
    worker: await download('kafka-connect-4.1.0', 36_000_000, folder => fetch('kafka-connect-jars.sha256', folder)),
    debezium: await download('debezium-mongodb-3.6.1', 27_000_000, plugin('debezium-jars.sha256')),
    mongoKafka: await download('mongo-kafka-2.0.1', 8_500_000, plugin('mongo-kafka-jars.sha256')),
  };
}

function download(name: string, expectedBytes: number, fill: (folder: string) => Promise<void>): Promise<string> {
  return downloaded({ name, expectedBytes, fill }, () => undefined);
}

function plugin(pins: string): (folder: string) => Promise<void> {
  return async folder => {
    const connector = join(folder, 'connector');
    await mkdir(connector);
    await fetch(pins, connector);
  };
}

async function fetch(pins: string, folder: string): Promise<void> {
  await fetchPinnedJars(await readPinnedJars(join(PINS, pins)), folder);
}
