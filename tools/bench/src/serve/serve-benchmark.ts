import { isDeepStrictEqual } from 'node:util';
import { type LogTransport, openTransport, Topics } from '@laurel/change-log';
import { ModelRegistry } from '@laurel/learning';
import { readSampleYear, SAMPLE_SEED } from '@laurel/sample-shop';
import type { Order } from '@laurel/shop';
import type { Benchmark, Figure } from '../benchmark.js';
import { median } from '../measuring/median.js';
import { type BenchServers, withServers } from '../measuring/with-servers.js';
import { askTop5 } from './ask-top5.js';
import { coldTrial } from './cold-trial.js';
import { AFFINITY_MODEL, fillLog, registerTwin, trainAffinity } from './fill-recommender.js';
import { type LoadTrial, loadTrial } from './load-trial.js';
import { overloadTrial, type OverloadTrial } from './overload-trial.js';
import { keepAnswers, serveBare, type Served, serveRecommender } from './served.js';
import { swapTrial, type SwapTrial } from './swap-trial.js';

const RUNS = 3;
const SECONDS = 10;
const WARM_UP_SECONDS = 5;
const OVERLOAD_SECONDS = 60;
const CONNECTIONS = 32;
const USERS = 1000;
const NAME = 'shop';
const BARE = {
  nest_apollo: 'nest-apollo.js',
  apollo_jit: 'apollo-jit.js',
  mercurius_jit: 'mercurius-jit.js',
} as const;

interface Shop {
  orders: readonly Order[];
  transport: LogTransport;
  topics: Topics;
}

/**
 * The recommender of the sample shop, personalised from each customer's live history, beside bare servers that answer the same query with the
 * same lists from a map. Each is a process of its own, loaded by another one, in turns. The ratio is to Nest's own Apollo driver as it comes.
 * Then the recommender alone: each customer asking right after an order, models swapped under load, and five times the load it can bear.
 */
export const serveBenchmark: Benchmark = {
  name: 'serve',
  measures:
    'a top five with reasons over HTTP beside bare GraphQL servers that answer from a map: rate, latency, CPU; then overload and model swaps',
  async run(say, { runs = RUNS, small = false }) {
    const trials = new Map<string, LoadTrial[]>();
    const cold: LoadTrial[] = [];
    let swap: SwapTrial | undefined;
    let overload: OverloadTrial | undefined;
    await withServers(async servers => {
      const topics = new Topics('laurel', NAME);
      const transport = await openTransport(
        { kafkaBrokers: servers.kafkaBrokers.split(','), kafkaClient: 'platformatic' },
        servers.logger,
      );
      const started: Served[] = [];
      try {
        const { orders } = await readSampleYear({ seed: String(SAMPLE_SEED), now: new Date() });
        const users = await startAll(servers, { orders, transport, topics }, started, say);
        const [ours] = started;
        if (!ours) throw new Error('nothing was started');
        const load = { users, connections: CONNECTIONS, seconds: SECONDS };
        for (const server of started) await loadTrial(server, { ...load, seconds: WARM_UP_SECONDS });
        for (let run = 1; run <= runs; run++) {
          for (const server of run % 2 === 1 ? started : started.toReversed()) {
            const trial = withoutFailures(server.name, await loadTrial(server, load));
            trials.set(server.name, [...(trials.get(server.name) ?? []), trial]);
            say(`run ${run}, ${server.name}: ${line(trial)}`);
          }
          const trial = withoutFailures('cold', await coldTrial(ours, { orders, transport, topics }));
          cold.push(trial);
          say(`run ${run}, ours after an order of every customer: ${line(trial)}`);
        }
        const registry = new ModelRegistry(servers.mongo.db(`${NAME}-laurel`));
        const versions = await registerTwin(registry);
        swap = await swapTrial(ours, { ...load, registry, model: AFFINITY_MODEL, versions });
        say(`${swap.swaps} models swapped: ${line(swap)}, ${swap.failed + swap.refused} failed`);
        const capacity = median((trials.get('ours') ?? []).map(({ perSecond }) => perSecond));
        overload = await overloadTrial(ours, { users, seconds: small ? SECONDS : OVERLOAD_SECONDS, capacity });
        say(
          `overload: ${line(overload)}, ${overload.refused} refused, ${overload.failed} failed, recovered in ${Math.round(overload.recoveryMs)} ms`,
        );
      } finally {
        for (const { process } of started) await process.stop();
        await transport.close();
      }
    });
    const figure = (of: (trial: LoadTrial) => number): Figure => {
      const figures = Object.fromEntries(
        Array.from(trials, ([name, list]) => [name, rounded(median(list.map(of)))] as const),
      );
      const { ours = 0, nest_apollo: stock = 0 } = figures;
      return { ...figures, ours, ratio: Math.round((ours / stock) * 100) / 100 };
    };
    const ofCold = (of: (trial: LoadTrial) => number): Figure => ({ ours: rounded(median(cold.map(of))) });
    return {
      top5_rps: figure(({ perSecond }) => perSecond),
      top5_cpu_us: figure(({ cpuMicros }) => cpuMicros),
      top5_p50_ms: figure(({ p50Ms }) => p50Ms),
      top5_p99_ms: figure(({ p99Ms }) => p99Ms),
      cold_rps: ofCold(({ perSecond }) => perSecond),
      cold_cpu_us: ofCold(({ cpuMicros }) => cpuMicros),
      cold_p99_ms: ofCold(({ p99Ms }) => p99Ms),
      ...(swap && { swaps: { ours: swap.swaps }, swap_failed: { ours: swap.failed + swap.refused } }),
      ...(overload && {
        overload_answered_s: { ours: rounded(overload.perSecond) },
        overload_refused: { ours: overload.refused },
        overload_failed: { ours: overload.failed },
        overload_p99_ms: { ours: rounded(overload.p99Ms) },
        overload_recovery_ms: { ours: rounded(overload.recoveryMs) },
      }),
    };
  },
};

/** Fills and starts everything; returns the customers to ask for. */
async function startAll(
  { mongo, mongodbUri, kafkaBrokers, home }: BenchServers,
  { orders, transport, topics }: Shop,
  started: Served[],
  say: (line: string) => void,
): Promise<string[]> {
  await fillLog(transport, topics, orders);
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

/** @throws Error when a request was not answered. */
function withoutFailures(name: string, trial: LoadTrial): LoadTrial {
  const { requests, failed, refused } = trial;
  if (failed + refused > 0)
    throw new Error(`${name} failed ${failed} and refused ${refused} beside ${requests} answers`);
  return trial;
}

function line({ perSecond, cpuMicros, p50Ms, p99Ms }: LoadTrial): string {
  return `${Math.round(perSecond)}/s, ${rounded(cpuMicros)} µs of CPU, p50 ${rounded(p50Ms)} ms, p99 ${rounded(p99Ms)} ms`;
}

function rounded(value: number): number {
  return value < 1000 ? Math.round(value * 10) / 10 : Math.round(value);
}
