import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StackConflictError } from '../errors.js';

/** The brokers of one home, each of them also a controller. Kept beside their data. */
export interface KafkaCluster {
  id: string;
  brokers: { port: number; controllerPort: number }[];
}

const FILE = 'cluster.json';

/** A cluster's name for itself: 16 random bytes in URL-safe base 64, never beginning with a dash, which tools take for an option. */
export function newClusterId(): string {
  return `L${randomBytes(16).toString('base64url').slice(1)}`;
}

/**
 * Reads the cluster that this home holds, if any.
 *
 * @throws StackConflictError when it has another number of brokers: its controllers have agreed on their number.
 */
export async function readCluster(folder: string, brokers: number): Promise<KafkaCluster | undefined> {
  const text = await readFile(join(folder, FILE), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const cluster: unknown = JSON.parse(text);
  if (!isCluster(cluster)) throw new StackConflictError(`${join(folder, FILE)} cannot be read. Reset the stack.`);
  if (cluster.brokers.length !== brokers) {
    throw new StackConflictError(
      `This home holds a Kafka of ${cluster.brokers.length} broker(s), not ${brokers}. Ask for as many, or reset the stack (its data is deleted).`,
    );
  }
  return cluster;
}

export async function writeCluster(folder: string, cluster: KafkaCluster): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, FILE), JSON.stringify(cluster));
}

/** The settings of one broker: loopback only, little memory, topics made on order only. */
export function brokerProperties(cluster: KafkaCluster, index: number, data: string): string {
  const broker = cluster.brokers[index];
  const replicas = Math.min(3, cluster.brokers.length);
  const settings = {
    'process.roles': 'broker,controller',
    'node.id': index + 1,
    'controller.quorum.voters': cluster.brokers
      .map(({ controllerPort }, i) => `${i + 1}@127.0.0.1:${controllerPort}`)
      .join(','),
    listeners: `PLAINTEXT://127.0.0.1:${broker?.port},CONTROLLER://127.0.0.1:${broker?.controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${broker?.port}`,
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': data,
    'auto.create.topics.enable': false,
    'default.replication.factor': replicas,
    'min.insync.replicas': Math.max(1, replicas - 1),
    'offsets.topic.num.partitions': 4,
    'offsets.topic.replication.factor': replicas,
    'transaction.state.log.num.partitions': 4,
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': Math.max(1, replicas - 1),
    'share.coordinator.state.topic.num.partitions': 1,
    'share.coordinator.state.topic.replication.factor': replicas,
    'share.coordinator.state.topic.min.isr': Math.max(1, replicas - 1),
    'group.initial.rebalance.delay.ms': 0,
    'num.network.threads': 2,
    'num.io.threads': 4,
    'log.cleaner.dedupe.buffer.size': 16_777_216,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

function isCluster(value: unknown): value is KafkaCluster {
  return (
    typeof value === 'object' && value !== null && 'id' in value && 'brokers' in value && Array.isArray(value.brokers)
  );
}
