import { openTransport } from '@laurel/change-log';
import type { Benchmark, Figure } from '../benchmark.js';
import { median } from '../measuring/median.js';
import { withServers } from '../measuring/with-servers.js';
import { type CaptureTrial, captureTrial } from './capture-trial.js';
import { connectJars } from './connect-jars.js';
import { debezium } from './debezium.js';
import { laurelCapture } from './laurel-capture.js';
import { mongoKafka } from './mongo-kafka.js';

const DOCS = 200_000;
const RUNS = 3;

/** Laurel's capture, Debezium's connector and MongoDB's own, one after the other in turns, each alone with the same MongoDB and Kafka. */
export const captureBenchmark: Benchmark = {
  name: 'capture',
  measures:
    "Laurel's capture beside Debezium's and MongoDB's: snapshot, catching up, latency, memory, outage after kill -9",
  async run(say, { docs = DOCS, runs = RUNS }) {
    const jars = await connectJars();
    const ingesters = [laurelCapture, debezium(jars), mongoKafka(jars)];
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
      const [ours = 0, theirs = 0, mongos = 0] = ingesters.map(({ name }) => median((trials.get(name) ?? []).map(of)));
      const ratio = (other: number) => Math.round((ours / other) * 100) / 100;
      return {
        ours: rounded(ours),
        debezium: rounded(theirs),
        mongo_kafka: rounded(mongos),
        ratio: ratio(theirs),
        ratio_mongo_kafka: ratio(mongos),
      };
    };
    return {
      catchup_docs_s: figure(({ catchUp }) => catchUp.perSecond),
      catchup_docs_cpu_s: figure(({ catchUp }) => catchUp.perCpuSecond),
      snapshot_docs_s: figure(({ snapshot }) => snapshot.perSecond),
      snapshot_docs_cpu_s: figure(({ snapshot }) => snapshot.perCpuSecond),
      latency_p99_ms: figure(({ latencyP99Ms }) => latencyP99Ms),
      peak_rss_mb: figure(({ peakRssMb }) => peakRssMb),
      outage_s: figure(({ outageS }) => outageS),
    };
  },
};

function line({ snapshot, catchUp, latencyP99Ms, peakRssMb, outageS, ...sent }: CaptureTrial): string {
  const rate = ({ perSecond, perCpuSecond }: CaptureTrial['snapshot']) =>
    `${Math.round(perSecond)}/s (${Math.round(perCpuSecond)} a CPU second)`;
  return (
    `snapshot ${rate(snapshot)}, catching up ${rate(catchUp)}, ` +
    `p99 ${rounded(latencyP99Ms)} ms, ${peakRssMb} MB, ${rounded(outageS)} s without a message after kill -9, ` +
    `${sent.duplicates} messages too many before it, ${sent.duplicatesAfterKill} after it`
  );
}

/** Large figures whole, small ones to a tenth. */
function rounded(value: number): number {
  return value < 1000 ? Math.round(value * 10) / 10 : Math.round(value);
}
