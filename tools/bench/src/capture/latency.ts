import type { LogTransport } from '@laurel/change-log';
import { type Collection, Double } from 'mongodb';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MeasuredProcess } from '../measuring/measured-process.js';
import { quantile } from '../measuring/median.js';
import { type ShopEventDocument, shopEvents } from '../measuring/shop-events.js';

const PER_SECOND = 1000;
const PER_INSERT = 20;
const WARM_UP_SECONDS = 3;
const SECONDS = 10;
const ARRIVES_WITHIN_MS = 60_000;
/** The time of writing, in a document that is text within the message; Extended JSON wraps the number, or does not. */
const SENT_AT = /sentAtMs\\":\s*(?:\{\\"\$numberDouble\\":\s*\\")?([\d.E]+)/;

/**
 * Writes 1,000 documents a second, 20 at a time, and reads the topic at its end: the 99th percentile of the milliseconds from just before the
 * write to having the message.
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
  const total = PER_SECOND * (WARM_UP_SECONDS + SECONDS);
  await write(events, total);
  await process.until(() => Promise.resolve(latencies.length >= total), ARRIVES_WITHIN_MS);
  await consumption.stop();
  return quantile(latencies.slice(WARM_UP_SECONDS * PER_SECOND), 0.99);
}

/** On a fixed schedule: what is late is not left out. */
async function write(events: Collection<ShopEventDocument>, total: number): Promise<void> {
  const documents = [...shopEvents(total, 99)];
  const startedMs = performance.now();
  for (let at = 0; at < total; at += PER_INSERT) {
    const waitMs = startedMs + (at / PER_SECOND) * 1000 - performance.now();
    if (waitMs > 0) await sleep(waitMs);
    const sentAtMs = new Double(nowMs());
    const batch = documents.slice(at, at + PER_INSERT).map(document => ({ ...document, sentAtMs }));
    await events.insertMany(batch, { ordered: false });
  }
}

function nowMs(): number {
  return performance.timeOrigin + performance.now();
}
