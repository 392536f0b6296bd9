import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { downloaded, fetchPinnedJars, readPinnedJars } from '@laurel/stack';

const PINS = join(import.meta.dirname, '../../pins');

/** Folders of jars. */
export interface DebeziumJars {
  /** Kafka Connect's worker: jars. */
  worker: string;
  /** The worker's plugins, each a folder of jars: Debezium's MongoDB connector as its archive holds it. */
  plugins: string;
}

/**
 * Kafka Connect 4.1.0 and Debezium's MongoDB connector 3.6.1, from Maven's repositories, each jar checked against its SHA-256.
 *
 * @throws DownloadError
 */
export async function debeziumJars(): Promise<DebeziumJars> {
  const worker = await downloaded(
    {
      name: 'kafka-connect-4.1.0',
      expectedBytes: 36_000_000,
      fill: folder => fetch('kafka-connect-jars.sha256', folder),
    },
    () => undefined,
  );
  const plugins = await downloaded(
    {
      name: 'debezium-mongodb-3.6.1',
      expectedBytes: 27_000_000,
      fill: async folder => {
        const connector = join(folder, 'connector');
        await mkdir(connector);
        await fetch('debezium-jars.sha256', connector);
      },
    },
    () => undefined,
  );
  return { worker, plugins };
}

async function fetch(pins: string, folder: string): Promise<void> {
  await fetchPinnedJars(await readPinnedJars(join(PINS, pins)), folder);
}
