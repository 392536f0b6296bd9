import { randomUUID } from 'node:crypto';
import { openTransport } from '@laurel/change-log';
import { readSettings } from '@laurel/service';
import { pino } from 'pino';
import { changeMessages } from './transport-load.js';

const PARTITIONS = 4;
const MESSAGES = 200_000;
const MESSAGES_PER_SEND = 500;
const WARM_UP = 20_000;

/** What one client took for one part of the work. */
interface Effort {
  cpuSeconds: number;
  seconds: number;
}

const { kafkaBrokers, kafkaClient } = readSettings();
const transport = await openTransport({ kafkaBrokers, kafkaClient }, pino({ level: 'silent' }));

async function run(messages: number): Promise<{ sent: Effort; read: Effort }> {
  const topic = `bench-${randomUUID()}`;
  await transport.ensureTopics([{ topic, partitions: PARTITIONS }]);
  const sent = await effortOf(async () => {
    for (let from = 0; from < messages; from += PARTITIONS * MESSAGES_PER_SEND) {
      await Promise.all(
        Array.from({ length: PARTITIONS }, (_, partition) =>
          transport.send(topic, partition, changeMessages(from + partition * MESSAGES_PER_SEND, MESSAGES_PER_SEND)),
        ),
      );
    }
  });
  const read = await effortOf(() => readAll(topic, messages));
  return { sent, read };
}

/** Reads as load does: the sequence and the event's id of each message, and its value. */
async function readAll(topic: string, messages: number): Promise<void> {
  let count = 0;
  let bytes = 0;
  const all = Promise.withResolvers<undefined>();
  const consumption = await transport.consume({
    group: topic,
    topics: [topic],
    positionOf: () => Promise.resolve(undefined),
    onBatch: batch => {
      for (const { value, headers } of batch.messages) {
        bytes += (value?.length ?? 0) + (headers['x-seq']?.length ?? 0) + (headers['ce_id']?.length ?? 0);
        count++;
      }
      if (count >= messages) all.resolve(undefined);
      return Promise.resolve();
    },
    onHalt: all.reject,
  });
  await all.promise;
  await consumption.stop();
  if (bytes < messages * 400) throw new Error(`Only ${bytes} bytes were read of ${messages} messages.`);
}

async function effortOf(work: () => Promise<void>): Promise<Effort> {
  const cpu = process.cpuUsage();
  const startedMs = performance.now();
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { cpuSeconds: (user + system) / 1e6, seconds: (performance.now() - startedMs) / 1000 };
}

await run(WARM_UP);
const efforts = await run(MESSAGES);
await transport.close();
process.stdout.write(
  JSON.stringify({ messages: MESSAGES, ...efforts, peakRssMb: process.resourceUsage().maxRSS / 1024 }),
);
