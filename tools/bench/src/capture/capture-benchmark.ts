import { openTransport } from '@laurel/change-log';
import type { Benchmark, Figure } from '../benchmark.js';
import { median } from '../measuring/median.js';
import { withServers } from '../measuring/with-servers.js';
import { type CaptureTrial, captureTrial } from './capture-trial.js';
import { debezium } from './debezium.js';
import { debeziumJars } from './debezium-jars.js';
import { laurelCapture } from './laurel-capture.js';

const DOCS = 200_000;
const RUNS = 3;

/** Laurel's capture and Debezium's connector, one after the other in turns, each alone with the same MongoDB and Kafka. */
export const captureBenchmark: Benchmark = {
  name: 'capture',
  measures: "Laurel's capture beside Debezium's: snapshot, catching up, latency, peak memory",
  async run(say, { docs = DOCS, runs = RUNS }) {
    const ingesters = [laurelCapture, debezium(await debeziumJars())];
    const trials = new Map<string, CaptureTrial[]>(ingesters.map(({ name }) => [name, []]));
    await withServers(async ({ mongo, mongodbUri, kafkaBrokers, logger, home }) => {
      for (let run = 1; run <= runs; run++) {
        for (const ingester of run % 2 === 1 ? ingesters : ingesters.toReversed()) {
          const database = `bench-${run}-${ingester.name}`;
          const transport = await openTransport(
            { kafkaBrokers: kafkaBrokers.split(','), kafkaClient: 'platformatic' },
            logger,
          );
          try {
            const task = { mongodbUri, kafkaBrokers, database, home };
            const trial = await captureTrial(ingester, task, { mongo, transport }, docs);
            trials.get(ingester.name)?.push(trial);
            say(`run ${run}, ${ingester.name}: ${line(trial)}`);
          } finally {
            await transport.close();
            await mongo.db(database).dropDatabase();
          }
        }
      }
    });
    const figure = (of: (trial: CaptureTrial) => number): Figure => {
      const [ours = 0, theirs = 0] = ingesters.map(({ name }) => median((trials.get(name) ?? []).map(of)));
      return { ours: rounded(ours), debezium: rounded(theirs), ratio: Math.round((ours / theirs) * 100) / 100 };
    };
    return {
      catchup_docs_s: figure(({ catchUp }) => catchUp.perSecond),
      catchup_docs_cpu_s: figure(({ catchUp }) => catchUp.perCpuSecond),
      snapshot_docs_s: figure(({ snapshot }) => snapshot.perSecond),
      snapshot_docs_cpu_s: figure(({ snapshot }) => snapshot.perCpuSecond),
      latency_p99_ms: figure(({ latencyP99Ms }) => latencyP99Ms),
      peak_rss_mb: figure(({ peakRssMb }) => peakRssMb),
    };
  },
};

function line({ snapshot, catchUp, latencyP99Ms, peakRssMb, duplicates }: CaptureTrial): string {
  const rate = ({ perSecond, perCpuSecond }: CaptureTrial['snapshot']) =>
    `${Math.round(perSecond)}/s (${Math.round(perCpuSecond)} a CPU second)`;
  return (
    `snapshot ${rate(snapshot)}, catching up ${rate(catchUp)}, ` +
    `p99 ${rounded(latencyP99Ms)} ms, ${peakRssMb} MB, ${duplicates} duplicates`
  );
}

/** Large figures whole, small ones to a tenth. */
function rounded(value: number): number {
  return value < 1000 ? Math.round(value * 10) / 10 : Math.round(value);
}
