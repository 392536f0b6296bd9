import { type LogMessage, type LogTransport, laurelTopics, type SubjectHolding, type Topics } from '@laurel/change-log';
import { mentionsOf } from './mentions.js';

/** Reads Laurel's topics for what they hold of a customer. It reads them whole, which takes its time on a large log. */
export class TopicSearch {
  constructor(
    private readonly transport: LogTransport,
    private readonly topics: Topics,
  ) {}

  async find(customerId: string): Promise<SubjectHolding[]> {
    const silent = new Set([this.topics.changes('products'), this.topics.subjects, this.topics.checkpoint]);
    const holdings: SubjectHolding[] = [];
    for (const { topic, compacted } of laurelTopics(this.topics)) {
      if (silent.has(topic)) continue;
      const found = await this.messagesOf(topic, customerId, compacted ?? false);
      const newestMs = Math.max(...found.map(({ timestampMs }) => timestampMs));
      if (found.length === 0) continue;
      holdings.push({
        store: 'kafka',
        place: topic,
        records: found.map(recordOf),
        ...(!compacted && {
          note: `leaves the topic by its retention (retention.ms); the newest is of ${new Date(newestMs).toISOString()}`,
        }),
      });
    }
    return holdings;
  }

  /** Of a compacted topic only what is the last word on its key: the rest goes with the next compaction. */
  private async messagesOf(topic: string, customerId: string, compacted: boolean): Promise<LogMessage[]> {
    const mentions = mentionsOf(customerId);
    const found = new Map<string, LogMessage>();
    for (const { partition } of await this.transport.offsets(topic)) {
      await this.transport.readToEnd(topic, partition, ({ messages }) => {
        for (const message of messages) {
          const { key, value, offset } = message;
          const name = compacted ? String(key) : `${partition}/${offset}`;
          if (mentions(value) || (!compacted && mentions(key))) found.set(name, message);
          else if (compacted) found.delete(name);
        }
        return Promise.resolve();
      });
    }
    return [...found.values()];
  }
}

function recordOf({ offset, key, value, timestampMs }: LogMessage): Record<string, unknown> {
  return {
    offset: String(offset),
    at: new Date(timestampMs).toISOString(),
    key: key?.toString() ?? null,
    value: value?.toString() ?? null,
  };
}
