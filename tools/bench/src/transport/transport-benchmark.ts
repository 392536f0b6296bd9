import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startStack } from '@laurel/stack';
import { z } from 'zod';
import type { Benchmark, Figure } from '../benchmark.js';
import { median } from '../measuring/median.js';

const RUN = join(import.meta.dirname, 'transport-run.js');
const CLIENTS = ['kafkajs', 'platformatic'] as const;
const ROUNDS = 5;

const effort = z.object({ cpuSeconds: z.number(), seconds: z.number() });
const runSchema = z.object({ messages: z.number(), sent: effort, read: effort, peakRssMb: z.number() });

type Run = z.infer<typeof runSchema>;

/** The two ways to Kafka, each in a process of its own, one after the other in turns, against one broker. */
export const transportBenchmark: Benchmark = {
  name: 'transport',
  measures: 'both Kafka clients: messages a second and a second of CPU, sent and read in a group, peak memory',
  async run(say) {
    const home = await mkdtemp(join(tmpdir(), 'laurel-bench-'));
    const given = process.env['KAFKA_BROKERS'];
    const stack = await startStack({
      home,
      mongodb: { uri: 'none is needed' },
      kafka: given ? { addresses: given } : { port: 0 },
      source: 'packages',
    });
    try {
      const runs = { kafkajs: Array<Run>(), platformatic: Array<Run>() };
      for (let round = 1; round <= ROUNDS; round++) {
        for (const client of CLIENTS) {
          const run = await runOf(client, stack.kafkaBrokers);
          runs[client].push(run);
          say(`round ${round}, ${client}: ${line(run)}`);
        }
      }
      const figure = (of: (run: Run) => number): Figure => {
        const ours = median(runs.platformatic.map(of));
        const kafkajs = median(runs.kafkajs.map(of));
        return {
          ours: Math.round(ours),
          kafkajs: Math.round(kafkajs),
          ratio: Math.round((ours / kafkajs) * 100) / 100,
        };
      };
      return {
        sent_per_cpu_second: figure(({ messages, sent }) => messages / sent.cpuSeconds),
        read_per_cpu_second: figure(({ messages, read }) => messages / read.cpuSeconds),
        sent_per_second: figure(({ messages, sent }) => messages / sent.seconds),
        read_per_second: figure(({ messages, read }) => messages / read.seconds),
        peak_rss_mb: figure(({ peakRssMb }) => peakRssMb),
      };
    } finally {
      await stack.stop();
      await rm(home, { recursive: true, force: true });
    }
  },
};

async function runOf(client: string, brokers: string): Promise<Run> {
  const env = { ...process.env, KAFKA_BROKERS: brokers, KAFKA_CLIENT: client };
  const { stdout } = await promisify(execFile)(process.execPath, [RUN], { env });
  return runSchema.parse(JSON.parse(stdout));
}

function line({ messages, sent, read, peakRssMb }: Run): string {
  const rate = (seconds: number) => Math.round(messages / seconds);
  return (
    `sent ${rate(sent.seconds)}/s (${rate(sent.cpuSeconds)} a CPU second), ` +
    `read ${rate(read.seconds)}/s (${rate(read.cpuSeconds)} a CPU second), ${Math.round(peakRssMb)} MB`
  );
}
