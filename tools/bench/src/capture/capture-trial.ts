import type { LogTransport } from '@laurel/change-log';
import { PARTITIONS } from '@laurel/change-log';
import { Double, type MongoClient, ObjectId } from 'mongodb';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ShopEventDocument, shopEvents } from '../measuring/shop-events.js';
import type { MeasuredProcess } from '../measuring/measured-process.js';
import { type Throughput, throughputOf } from '../measuring/throughput.js';
import { topicEnd } from '../measuring/topic-end.js';
import type { CaptureTask, Ingester } from './ingester.js';
import { latencyP99Ms } from './latency.js';
import { outageAfterKill } from './outage.js';

const INSERT = 1000;
const MARKER_EVERY_MS = 300;
const WITHIN_MS = 300_000;
const QUIET_MS = 3000;
/** The `_id` of the document, the first ObjectId of every message; the document may be text within it. */
const ID = /\$oid\\?":\s*\\?"([0-9a-f]{24})/;

/** What one ingester did in one run. */
export interface CaptureTrial {
  snapshot: Throughput;
  catchUp: Throughput;
  latencyP99Ms: number;
  peakRssMb: number;
  /** Seconds from kill -9 to the next message, restarted at once. */
  outageS: number;
  /** Messages beyond one for each document, before it was killed and after. */
  duplicates: number;
  duplicatesAfterKill: number;
}

/**
 * A filled collection is read by snapshot; then the ingester is stopped, as many documents are written, and it catches up; then 1,000 documents a
 * second are written, and once more while it is killed.
 *
 * @throws Error when a document never came.
 */
export async function captureTrial(
  ingester: Ingester,
  task: CaptureTask,
  { mongo, transport }: { mongo: MongoClient; transport: LogTransport },
  docs: number,
): Promise<CaptureTrial> {
  const topic = ingester.topicOf(task);
  const events = mongo.db(task.database).collection<ShopEventDocument>('events');
  const fill = async (seed: number) => {
    let batch: ShopEventDocument[] = [];
    for (const document of shopEvents(docs, seed)) {
      if (batch.push(document) < INSERT) continue;
      await events.insertMany(batch, { ordered: false });
      batch = [];
    }
    if (batch.length > 0) await events.insertMany(batch, { ordered: false });
  };
  const written = () => topicEnd(transport, topic);
  await transport.ensureTopics([{ topic, partitions: PARTITIONS }]);

  await fill(1);
  let process = await ingester.start(task);
  try {
    const snapshot = await throughputOf(process, written, docs, WITHIN_MS);
    await process.until(async () => {
      await events.insertOne({ _id: new ObjectId(), sentAtMs: new Double(0), event_name: 'marker', ...MARKER });
      await sleep(MARKER_EVERY_MS);
      return (await written()) >= (await events.countDocuments());
    }, WITHIN_MS);
    const peakInSnapshot = await process.peakRssMb();
    await process.stop();

    await fill(2);
    process = await ingester.start(task);
    const catchUp = await throughputOf(process, written, await events.countDocuments(), WITHIN_MS);
    const p99 = await latencyP99Ms(process, events, transport, topic);
    const peakRssMb = Math.max(peakInSnapshot, await process.peakRssMb());
    const duplicates = (await written()) - (await events.countDocuments());
    const outageS = await outageAfterKill(process, async () => (process = await ingester.start(task)), events, written);
    const documents = await events.countDocuments();
    await quiet(process, written, documents);
    await checkComplete(transport, topic, documents);
    const duplicatesAfterKill = (await written()) - documents - duplicates;
    return { snapshot, catchUp, latencyP99Ms: p99, peakRssMb, outageS, duplicates, duplicatesAfterKill };
  } finally {
    await process.stop();
  }
}

const MARKER = { event_timestamp: 1_767_225_600_000_000, user_pseudo_id: 'marker' };

/** Waits until a topic holds `atLeast` messages and has not grown for a while. */
async function quiet(process: MeasuredProcess, written: () => Promise<number>, atLeast: number): Promise<void> {
  let [last, sinceMs] = [0, performance.now()];
  await process.until(async () => {
    const now = await written();
    if (now > last) [last, sinceMs] = [now, performance.now()];
    return now >= atLeast && performance.now() - sinceMs > QUIET_MS;
  }, WITHIN_MS);
}

async function checkComplete(transport: LogTransport, topic: string, documents: number): Promise<void> {
  const ids = new Set<string>();
  for (let partition = 0; partition < PARTITIONS; partition++) {
    await transport.readToEnd(topic, partition, ({ messages }) => {
      // As bytes: a part of the message's text would keep all of it in memory.
      for (const { value } of messages)
        ids.add(Buffer.from(ID.exec(String(value))?.[1] ?? '', 'hex').toString('latin1'));
      return Promise.resolve();
    });
  }
  if (ids.size !== documents) throw new Error(`${topic} holds ${ids.size} documents of ${documents}.`);
}
