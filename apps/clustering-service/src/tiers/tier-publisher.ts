import { type LogTransport, type OutboxEntry, type OutgoingMessage, partitionOf } from '@laurel/change-log';

const MOST_MESSAGES = 2000;

/** Tells the tiers topic what the outbox holds: each customer's newest tier, or null for one who is gone. */
export async function publishTiers(
  transport: LogTransport,
  topic: string,
  entries: readonly OutboxEntry[],
): Promise<void> {
  const partitions = await transport.partitionCount(topic);
  const messages = new Map<number, OutgoingMessage[]>();
  for (const { key, payload } of entries) {
    const partition = partitionOf(key, partitions);
    const list = messages.get(partition) ?? [];
    list.push({ key, value: typeof payload === 'string' ? payload : null });
    messages.set(partition, list);
  }
  for (const [partition, list] of messages) {
    for (let from = 0; from < list.length; from += MOST_MESSAGES)
      await transport.send(topic, partition, list.slice(from, from + MOST_MESSAGES));
  }
}
