import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MissingToolError } from '../errors.js';
import { pinPath } from '../pins.js';
import { runQuietly } from '../downloads/run-quietly.js';
import type { ServerCommand } from '../processes/server.js';
import { brokerProperties, type KafkaCluster } from './kafka-cluster.js';

/**
 * The command line of one broker, its storage formatted on first use.
 *
 * @throws MissingToolError without Java 17 or newer.
 */
export async function brokerCommand(
  jars: string,
  folder: string,
  cluster: KafkaCluster,
  index: number,
): Promise<ServerCommand> {
  const broker = cluster.brokers[index];
  if (!broker) throw new RangeError(`There is no broker ${index} in a cluster of ${cluster.brokers.length}`);
  const data = join(folder, 'data');
  const properties = join(folder, 'server.properties');
  await mkdir(folder, { recursive: true });
  await writeFile(properties, brokerProperties(cluster, index, data));
  const java = ['-cp', join(jars, '*'), `-Dlog4j2.configurationFile=${pinPath('log4j2.properties')}`];
  if (!(await formatted(data))) await format(java, cluster, properties);
  const maxHeap = cluster.brokers.length > 1 ? '-Xmx384m' : '-Xmx512m';
  // What optimising compilers and parallel collectors cost in a broker's first minutes is not won back on a small machine.
  const tuning = [
    maxHeap,
    '-Xms128m',
    '-XX:TieredStopAtLevel=1',
    '-XX:+UseSerialGC',
    '-XX:+ExitOnOutOfMemoryError',
    '-Djava.awt.headless=true',
  ];
  return {
    part: cluster.brokers.length > 1 ? `Kafka ${index + 1}` : 'Kafka',
    folder,
    command: 'java',
    args: [...tuning, ...java, 'kafka.Kafka', properties],
    ports: { port: broker.port, controllerPort: broker.controllerPort },
  };
}

async function formatted(data: string): Promise<boolean> {
  return access(join(data, 'meta.properties')).then(
    () => true,
    () => false,
  );
}

async function format(java: readonly string[], cluster: KafkaCluster, properties: string): Promise<void> {
  const args = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', ...java];
  try {
    await runQuietly('java', [...args, 'kafka.tools.StorageTool', 'format', '-t', cluster.id, '-c', properties]);
  } catch (error) {
    if (error instanceof Error && error.message.includes('ENOENT')) {
      throw new MissingToolError('Java', 'Install Java 17 or newer, or set KAFKA_BROKERS to a Kafka of yours.', {
        cause: error,
      });
    }
    throw error;
  }
}
