import { type LogTransport, PARTITIONS, Topics } from '@laurel/change-log';
import type { Long, MongoClient } from 'mongodb';
import { setTimeout as sleep } from 'node:timers/promises';
import { quantile } from '../measuring/median.js';
import { type ShopEventDocument, shopEvents } from '../measuring/shop-events.js';
import { startLaurelPart } from '../measuring/start-laurel-part.js';
import { nowMs, writeEvents } from '../capture/event-writer.js';

const SECONDS = 13;
/** The first of the events, while all programs become fast. */
const WARM_UP = 3000;
const SENT_AT = /sentAtMs\\":\{\\"\$numberDouble\\":\\"([\d.E+]+)/;
const WITHIN_MS = 120_000;
const POLL_MS = 5;
/** Beside capture's. */
const LOAD_PORT_BASE = 47_200;

export interface QueryableTask {
  mongo: MongoClient;
  transport: LogTransport;
  mongodbUri: string;
  kafkaBrokers: string;
  /** Names the shop's database, and Laurel's own. */
  name: string;
  home: string;
}

/** That a partition was stored up to `next` at some time. */
interface Stored {
  next: number;
  atMs: number;
}

/**
 * Writes 1,000 documents a second to MongoDB, once a first one has arrived, while capture and load run, each in a process of its own: the 99th percentile of the milliseconds from
 * just before the write until load has said that the row's transaction is committed, so that a query finds it.
 */
export async function queryableP99Ms({ mongo, transport, name, ...task }: QueryableTask): Promise<number> {
  const topic = new Topics('laurel', name).changes('events');
  const load = await startLaurelPart({ part: 'load', name, portBase: LOAD_PORT_BASE, ...task });
  const capture = await startLaurelPart({ part: 'capture', name, ...task });
  const stored: Stored[][] = Array.from({ length: PARTITIONS }, () => []);
  const watching = new AbortController();
  try {
    const watch = watchStored(mongo, name, topic, stored, watching.signal);
    const events = mongo.db(name).collection<ShopEventDocument>('events');
    await events.insertMany([...shopEvents(1, 98)]);
    await load.until(() => Promise.resolve(countOf(stored) >= 1), WITHIN_MS);
    const total = await writeEvents(events, SECONDS, 99);
    await load.until(() => Promise.resolve(countOf(stored) >= 1 + total), WITHIN_MS);
    watching.abort();
    await watch;
    const latencies = await latenciesMs(transport, topic, stored);
    return quantile(latencies.slice(WARM_UP), 0.99);
  } finally {
    watching.abort();
    await capture.stop();
    await load.stop();
  }
}

function countOf(stored: readonly (readonly Stored[])[]): number {
  return stored.reduce((sum, ofPartition) => sum + (ofPartition.at(-1)?.next ?? 0), 0);
}

/** Notes how far each partition is stored, as load says in MongoDB after each commit. */
async function watchStored(
  mongo: MongoClient,
  name: string,
  topic: string,
  stored: readonly Stored[][],
  signal: AbortSignal,
): Promise<void> {
  const progress = mongo
    .db(`${name}-laurel`)
    .collection<{ partition: number; next: Long | number | null }>('load_progress');
  while (!signal.aborted) {
    for (const { partition, next } of await progress.find({ topic }).toArray()) {
      const known = stored[partition];
      if (known && Number(next ?? 0) > (known.at(-1)?.next ?? 0)) known.push({ next: Number(next), atMs: nowMs() });
    }
    await sleep(POLL_MS);
  }
}

/** In the order of writing. */
async function latenciesMs(
  transport: LogTransport,
  topic: string,
  stored: readonly (readonly Stored[])[],
): Promise<number[]> {
  const written: { sentAtMs: number; latencyMs: number }[] = [];
  for (const [partition, ofPartition] of stored.entries()) {
    let at = 0;
    await transport.readToEnd(topic, partition, ({ messages }) => {
      for (const { offset, value } of messages) {
        while (at < ofPartition.length - 1 && (ofPartition[at]?.next ?? 0) <= Number(offset)) at++;
        const sentAtMs = Number(SENT_AT.exec(String(value))?.[1]);
        written.push({ sentAtMs, latencyMs: (ofPartition[at]?.atMs ?? Number.NaN) - sentAtMs });
      }
      return Promise.resolve();
    });
  }
  return written.sort((a, b) => a.sentAtMs - b.sentAtMs).map(({ latencyMs }) => latencyMs);
}
