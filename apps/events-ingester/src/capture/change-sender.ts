import {
  ChangeEncoder,
  type ChangeEvent,
  type LogTransport,
  type OutgoingMessage,
  partitionOf,
  PARTITIONS,
  type Topics,
} from '@laurel/change-log';
import type { ShopMapping } from '@laurel/shop';
import { translateChange } from './translate-change.js';

/** Somebody else may hold the lease now: nothing more may be sent. */
export class LeaseLostError extends Error {
  constructor() {
    super('the lease has lapsed: another process may be capturing');
    this.name = 'LeaseLostError';
  }
}

/** Sends changes to their topics. */
export class ChangeSender {
  private readonly encoder: ChangeEncoder;

  /** `mapping` says what changes become before they are sent, `mayWrite` whether this process is still the one writer. */
  constructor(
    private readonly transport: LogTransport,
    private readonly topics: Topics,
    topicPrefix: string,
    private readonly mapping: ShopMapping,
    private readonly mayWrite: () => boolean,
  ) {
    this.encoder = new ChangeEncoder(topicPrefix);
  }

  /**
   * Sends changes, all partitions side by side, each in order; resolves when all are acknowledged. After a rejection nothing more may be sent
   * before the changes since the last checkpoint: the writer starts anew from there. `traceparent` goes into their headers.
   *
   * @throws LeaseLostError before anything is sent.
   */
  async send(events: readonly ChangeEvent[], traceparent?: string): Promise<void> {
    const nowMs = Date.now();
    const byPartition = new Map<string, { topic: string; partition: number; messages: OutgoingMessage[] }>();
    for (const given of events) {
      const collection = this.mapping.collectionOf(given.collection);
      if (collection === undefined) continue;
      const event = this.mapping.translates ? translateChange(given, this.mapping) : given;
      const topic = this.topics.changes(collection);
      const messages = this.encoder.encode(traceparent ? { ...event, traceparent } : event, nowMs);
      const partition = partitionOf(messages[0].key, PARTITIONS);
      const key = `${topic}/${partition}`;
      const target = byPartition.get(key);
      if (target) target.messages.push(...messages);
      else byPartition.set(key, { topic, partition, messages });
    }
    if (!this.mayWrite()) throw new LeaseLostError();
    const results = await Promise.allSettled(
      Array.from(byPartition.values(), ({ topic, partition, messages }) =>
        this.transport.send(topic, partition, messages),
      ),
    );
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }
}
