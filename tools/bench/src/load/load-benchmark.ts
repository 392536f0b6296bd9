import { openTransport, Topics } from '@laurel/change-log';
import { DuckDbWarehouse } from '@laurel/warehouse';
import type { Long } from 'mongodb';
import { join } from 'node:path';
import { z } from 'zod';
import type { Benchmark, Figure } from '../benchmark.js';
import { median } from '../measuring/median.js';
import { startLaurelPart } from '../measuring/start-laurel-part.js';
import { type Throughput, throughputOf } from '../measuring/throughput.js';
import { withServers } from '../measuring/with-servers.js';
import { fillTopic } from './fill-topic.js';
import { queryableP99Ms } from './queryable.js';

const CHANGES = 500_000;
const RUNS = 3;
const WITHIN_MS = 300_000;

interface LoadTrial extends Throughput {
  peakRssMb: number;
}

const countsSchema = z.object({ rows: z.number(), events: z.number() });

/** Laurel's load alone, from a topic that is full already into an empty DuckDB. */
export const loadBenchmark: Benchmark = {
  name: 'load',
  measures:
    "Laurel's load from a full topic into DuckDB: changes a second, peak memory; from a write to a queryable row",
  async run(say, { docs = CHANGES, runs = RUNS }) {
    const trials: LoadTrial[] = [];
    let queryableMs = 0;
    await withServers(async ({ mongo, mongodbUri, kafkaBrokers, logger, home }) => {
      for (let run = 1; run <= runs; run++) {
        const name = `bench-${run}`;
        const transport = await openTransport(
          { kafkaBrokers: kafkaBrokers.split(','), kafkaClient: 'platformatic' },
          logger,
        );
        await fillTopic(transport, new Topics('laurel', name), name, docs).finally(() => transport.close());
        const notes = mongo.db(`${name}-laurel`).collection<{ next: Long | number | null }>('load_progress');
        /** What load notes of itself after each batch. */
        const stored = async () => {
          let sum = 0;
          for await (const { next } of notes.find()) sum += Number(next ?? 0);
          return sum;
        };
        const load = await startLaurelPart({ part: 'load', mongodbUri, kafkaBrokers, name, home });
        try {
          const throughput = await throughputOf(load, stored, docs, WITHIN_MS);
          trials.push({ ...throughput, peakRssMb: await load.peakRssMb() });
        } finally {
          await load.stop();
        }
        await checkStored(join(home, `${name}.duckdb`), docs);
        const { perSecond, perCpuSecond, peakRssMb } = trials.at(-1) ?? { perSecond: 0, perCpuSecond: 0, peakRssMb: 0 };
        say(`run ${run}: ${Math.round(perSecond)}/s (${Math.round(perCpuSecond)} a CPU second), ${peakRssMb} MB`);
      }
      const transport = await openTransport(
        { kafkaBrokers: kafkaBrokers.split(','), kafkaClient: 'platformatic' },
        logger,
      );
      const task = { mongo, transport, mongodbUri, kafkaBrokers, name: 'bench-queryable', home };
      queryableMs = await queryableP99Ms(task).finally(() => transport.close());
      say(`from a write to a queryable row: p99 ${Math.round(queryableMs)} ms`);
    });
    const figure = (of: (trial: LoadTrial) => number): Figure => ({ ours: Math.round(median(trials.map(of))) });
    return {
      changes_s: figure(({ perSecond }) => perSecond),
      changes_cpu_s: figure(({ perCpuSecond }) => perCpuSecond),
      peak_rss_mb: figure(({ peakRssMb }) => peakRssMb),
      queryable_p99_ms: { ours: Math.round(queryableMs) },
    };
  },
};

/** @throws Error when a change is missing in the warehouse or there twice. */
async function checkStored(path: string, changes: number): Promise<void> {
  const warehouse = await DuckDbWarehouse.open({ path });
  try {
    const sql = 'SELECT COUNT(*) AS rows, COUNT(DISTINCT _event_id) AS events FROM laurel.events_changelog';
    const [counts] = await warehouse.query(sql, countsSchema);
    if (counts?.rows !== changes || counts.events !== changes)
      throw new Error(`The warehouse holds ${JSON.stringify(counts)} of ${changes} changes.`);
  } finally {
    await warehouse.close();
  }
}
