import { Base, type Broker, type Connection } from '@platformatic/kafka';
import { clientOptions } from './client-options.js';

/** Thrown while a partition has no leader that is known: it is being elected, or the topic was only just made. */
export class NoLeaderError extends Error {
  constructor(topic: string, partition: number) {
    super(`${topic}[${partition}] has no leader now.`);
    this.name = 'NoLeaderError';
  }
}

/** A broker that leads a partition. */
export interface Leader extends Broker {
  id: number;
}

const METADATA_AGE_MS = 60_000;

/** Connections of one user of the log to the leaders of partitions. */
export class PartitionLeaders {
  private readonly client: Base;

  constructor(brokers: readonly string[]) {
    this.client = new Base({ ...clientOptions(brokers), metadataMaxAge: METADATA_AGE_MS });
  }

  /**
   * The leader of a partition; `anew` asks the brokers even if it is known.
   *
   * @throws NoLeaderError, or the client's error when no broker answers or none knows the topic.
   */
  async leaderOf(topic: string, partition: number, anew = false): Promise<Leader> {
    const { topics, brokers } = await this.client.metadata({ topics: [topic], forceUpdate: anew });
    const id = topics.get(topic)?.partitions[partition]?.leader;
    const broker = id === undefined ? undefined : brokers.get(id);
    if (id === undefined || !broker) throw new NoLeaderError(topic, partition);
    return { id, host: broker.host, port: broker.port };
  }

  /**
   * Partitions by the broker that leads them; those without a leader now are left out.
   *
   * @throws NoLeaderError when none has a leader, or the client's error when no broker answers.
   */
  async byLeader<T extends { topic: string; partition: number }>(
    partitions: readonly T[],
  ): Promise<{ leader: Leader; led: T[] }[]> {
    const { topics, brokers } = await this.client.metadata({
      topics: [...new Set(partitions.map(({ topic }) => topic))],
    });
    const found = new Map<number, { leader: Leader; led: T[] }>();
    for (const each of partitions) {
      const id = topics.get(each.topic)?.partitions[each.partition]?.leader;
      const broker = id === undefined ? undefined : brokers.get(id);
      if (id === undefined || !broker) {
        this.forget();
        continue;
      }
      const entry = found.get(id) ?? { leader: { id, host: broker.host, port: broker.port }, led: [] };
      entry.led.push(each);
      found.set(id, entry);
    }
    const [first] = partitions;
    if (first && found.size === 0) throw new NoLeaderError(first.topic, first.partition);
    return [...found.values()];
  }

  connectionTo(leader: Leader): Promise<Connection> {
    return this.client.connections.get(leader);
  }

  /** Asks for the leaders anew when they are next needed. */
  forget(): void {
    this.client.clearMetadata();
  }

  close(): Promise<void> {
    return this.client.close();
  }
}
