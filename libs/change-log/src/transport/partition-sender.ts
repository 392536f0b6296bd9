import type { OutgoingMessage } from './log-transport.js';
import { requestChunks } from './request-chunks.js';

/** Writes one record batch to one partition and resolves when all in-sync replicas have it. */
export type WriteBatch = (topic: string, partition: number, messages: readonly OutgoingMessage[]) => Promise<void>;

/** Sends to one partition at a time and, per partition, one request after another: never a request over several partitions. */
export class PartitionSender {
  private readonly tails = new Map<string, Promise<void>>();

  constructor(private readonly write: WriteBatch) {}

  async send(topic: string, partition: number, messages: readonly OutgoingMessage[]): Promise<void> {
    const key = `${topic}/${partition}`;
    const former = this.tails.get(key) ?? Promise.resolve();
    const mine = former.then(async () => {
      for (const chunk of requestChunks(messages)) await this.write(topic, partition, chunk);
    });
    const tail = mine.catch(() => undefined);
    this.tails.set(key, tail);
    try {
      await mine;
    } finally {
      if (this.tails.get(key) === tail) this.tails.delete(key);
    }
  }
}
