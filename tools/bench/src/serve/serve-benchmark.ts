import { isDeepStrictEqual } from 'node:util';
import { join } from 'node:path';
import { openTransport, Topics } from '@laurel/change-log';
import { readSampleYear, SAMPLE_SEED } from '@laurel/sample-shop';
import type { Benchmark, Figure } from '../benchmark.js';
import { median } from '../measuring/median.js';
import { runMeasured } from '../measuring/run-measured.js';
import { type BenchServers, withServers } from '../measuring/with-servers.js';
import { askTop5 } from './ask-top5.js';
import { fillLog, trainAffinity } from './fill-recommender.js';
import { type LoadReport, loadReport } from './load-report.js';
import { keepAnswers, serveBare, type Served, serveRecommender } from './served.js';

const RUNS = 3;
const SECONDS = 10;
const WARM_UP_SECONDS = 5;
const CONNECTIONS = 32;
const USERS = 1000;
const NAME = 'shop';
const BARE = {
  nest_apollo: 'nest-apollo.js',
  apollo_jit: 'apollo-jit.js',
  mercurius_jit: 'mercurius-jit.js',
} as const;

interface Trial extends LoadReport {
  cpuMicros: number;
}

/**
 * The recommender of the sample shop, personalised from each customer's live history, beside bare servers that answer the same query with the
 * same lists from a map. Each is a process of its own, loaded by another one, in turns. The ratio is to Nest's own Apollo driver as it comes.
 */
export const serveBenchmark: Benchmark = {
  name: 'serve',
  measures: 'a top five with reasons over HTTP beside bare GraphQL servers that answer from a map: rate, latency, CPU',
  async run(say, { runs = RUNS }) {
    const trials = new Map<string, Trial[]>();
    await withServers(async servers => {
      const started: Served[] = [];
      try {
        const users = await startAll(servers, started, say);
        for (const server of started) await load(server, users, WARM_UP_SECONDS);
        for (let run = 1; run <= runs; run++) {
          for (const server of run % 2 === 1 ? started : started.toReversed()) {
            const trial = await load(server, users, SECONDS);
            trials.set(server.name, [...(trials.get(server.name) ?? []), trial]);
            say(`run ${run}, ${server.name}: ${line(trial)}`);
          }
        }
      } finally {
        for (const { process } of started) await process.stop();
      }
    });
    const figure = (of: (trial: Trial) => number): Figure => {
      const figures = Object.fromEntries(
        Array.from(trials, ([name, list]) => [name, rounded(median(list.map(of)))] as const),
      );
      const { ours = 0, nest_apollo: stock = 0 } = figures;
      return { ...figures, ours, ratio: Math.round((ours / stock) * 100) / 100 };
    };
    return {
      top5_rps: figure(({ perSecond }) => perSecond),
      top5_cpu_us: figure(({ cpuMicros }) => cpuMicros),
      top5_p50_ms: figure(({ p50Ms }) => p50Ms),
      top5_p99_ms: figure(({ p99Ms }) => p99Ms),
    };
  },
};

/** Fills and starts everything; returns the customers to ask for. */
async function startAll(
  { mongo, mongodbUri, kafkaBrokers, logger, home }: BenchServers,
  started: Served[],
  say: (line: string) => void,
): Promise<string[]> {
  const { orders } = await readSampleYear({ seed: String(SAMPLE_SEED), now: new Date() });
  const transport = await openTransport({ kafkaBrokers: kafkaBrokers.split(','), kafkaClient: 'platformatic' }, logger);
  await fillLog(transport, new Topics('laurel', NAME), orders).finally(() => transport.close());
  say('training');
  say(`${await trainAffinity(mongo.db(`${NAME}-laurel`), orders)} serves`);
  const ours = await serveRecommender({ mongodbUri, kafkaBrokers, name: NAME, home });
  started.push(ours);
  const customers = [...new Set(orders.map(({ customerId }) => customerId))].sort();
  const step = customers.length / USERS;
  const users = Array.from({ length: USERS }, (_, at) => customers[Math.floor(at * step)] ?? '');
  const answers = await keepAnswers(ours, users, home);
  for (const [name, script] of Object.entries(BARE)) started.push(await serveBare(name, script, answers, home));
  await checkSame(started, users);
  return users;
}

/** @throws Error when a server answers something else than the first. */
async function checkSame([first, ...others]: readonly Served[], users: readonly string[]): Promise<void> {
  if (!first) return;
  for (const user of users.slice(0, 20)) {
    const expected = await askTop5(first, user);
    if (expected.length !== 5) throw new Error(`${user} got ${expected.length} products`);
    for (const other of others) {
      if (!isDeepStrictEqual(await askTop5(other, user), expected))
        throw new Error(`${other.name} answers ${user} something else`);
    }
  }
}

/** @throws Error when a request fails. */
async function load(
  { name, url, key = '', process: loaded }: Served,
  users: string[],
  seconds: number,
): Promise<Trial> {
  const cpuBefore = await loaded.cpuSeconds();
  const report = await runMeasured(process.execPath, [join(import.meta.dirname, 'load.js')], loadReport, {
    URL: url,
    KEY: key,
    SECONDS: String(seconds),
    CONNECTIONS: String(CONNECTIONS),
    USERS: JSON.stringify(users),
  });
  if (report.failed > 0) throw new Error(`${name} failed ${report.failed} of ${report.requests} requests`);
  return { ...report, cpuMicros: (((await loaded.cpuSeconds()) - cpuBefore) * 1e6) / report.requests };
}

function line({ perSecond, cpuMicros, p50Ms, p99Ms }: Trial): string {
  return `${Math.round(perSecond)}/s, ${rounded(cpuMicros)} µs of CPU, p50 ${p50Ms} ms, p99 ${p99Ms} ms`;
}

function rounded(value: number): number {
  return value < 1000 ? Math.round(value * 10) / 10 : Math.round(value);
}
