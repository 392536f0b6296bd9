import type { LogTransport } from '@laurel/change-log';

/** Messages that were written to a topic so far, over all its partitions. */
export async function topicEnd(transport: LogTransport, topic: string): Promise<number> {
  const partitions = await transport.offsets(topic);
  return partitions.reduce((sum, { end }) => sum + Number(end), 0);
}
