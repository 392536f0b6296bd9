import type { LogTransport } from '@laurel/change-log';
import type { Collection } from 'mongodb';
import type { MeasuredProcess } from '../measuring/measured-process.js';
import { quantile } from '../measuring/median.js';
import type { ShopEventDocument } from '../measuring/shop-events.js';
import { nowMs, writeEvents } from './event-writer.js';

const SECONDS = 13;
/** The first of the events, while all programs become fast. */
const WARM_UP = 3000;
const ARRIVES_WITHIN_MS = 60_000;
/** The time of writing, in a document that may be text within the message; Extended JSON wraps the number, or does not. */
const SENT_AT = /sentAtMs\\?":\s*(?:\{\\?"\$numberDouble\\?":\s*\\?")?([\d.E+]+)/;

/**
 * Writes 1,000 documents a second and reads the topic at its end: the 99th percentile of the milliseconds from just before the write to having
 * the message.
 */
export async function latencyP99Ms(
  process: MeasuredProcess,
  events: Collection<ShopEventDocument>,
  transport: LogTransport,
  topic: string,
): Promise<number> {
  const latencies: number[] = [];
  const ends = new Map((await transport.offsets(topic)).map(({ partition, end }) => [partition, end]));
  const consumption = await transport.consume({
    group: `bench-${topic}`,
    topics: [topic],
    positionOf: (_topic, partition) => Promise.resolve(ends.get(partition)),
    onBatch: ({ messages }) => {
      const now = nowMs();
      for (const { value } of messages) {
        const sentAt = SENT_AT.exec(String(value))?.[1];
        if (sentAt !== undefined) latencies.push(now - Number(sentAt));
      }
      return Promise.resolve();
    },
    onHalt: error => {
      throw error;
    },
  });
  const total = await writeEvents(events, SECONDS, 99);
  await process.until(() => Promise.resolve(latencies.length >= total), ARRIVES_WITHIN_MS);
  await consumption.stop();
  return quantile(latencies.slice(WARM_UP), 0.99);
}
