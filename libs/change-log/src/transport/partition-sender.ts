import type { Producer } from 'kafkajs';
import type { OutgoingMessage } from '../log-transport.js';
import { requestChunks } from './request-chunks.js';

/** Sends to one partition at a time and, per partition, one request after another: never a request over several partitions. */
export class PartitionSender {
  private readonly tails = new Map<string, Promise<void>>();

  constructor(private readonly producer: Producer) {}

  async send(topic: string, partition: number, messages: readonly OutgoingMessage[]): Promise<void> {
    const key = `${topic}/${partition}`;
    const former = this.tails.get(key) ?? Promise.resolve();
    const mine = former.then(() => this.write(topic, partition, messages));
    const tail = mine.catch(() => undefined);
    this.tails.set(key, tail);
    try {
      await mine;
    } finally {
      if (this.tails.get(key) === tail) this.tails.delete(key);
    }
  }

  private async write(topic: string, partition: number, messages: readonly OutgoingMessage[]): Promise<void> {
    for (const chunk of requestChunks(messages)) {
      await this.producer.send({
        topic,
        acks: -1,
        messages: chunk.map(({ key, value, headers }) => ({ key, value, partition, ...(headers && { headers }) })),
      });
    }
  }
}
