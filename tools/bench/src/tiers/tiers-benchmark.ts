import {
  defaultTierPolicy,
  NearestCentroids,
  PlainClusters,
  ServiceTiers,
  type SimulatedDay,
  simulateTiers,
  type TierMethod,
  type TierSimulation,
} from '@laurel/clustering-service';
import { EmbeddedTrainer } from '@laurel/learning';
import { readSampleYear, SAMPLE_SEED } from '@laurel/sample-shop';
import type { Benchmark, Figure } from '../benchmark.js';
import { ordersAlone, shopDays } from './shop-days.js';
import { simulatedMonths } from './simulated-customers.js';

const WINDOW_DAYS = 365;
/** The same every day: the year ends at a moment of its own. */
const END = new Date('2026-01-05T00:00:00Z');

const policy = defaultTierPolicy();
const trainer = new EmbeddedTrainer();

/** From the plain method to the service's rules, one step more each. */
const STEPS: Readonly<Record<string, () => TierMethod>> = {
  cluster_numbers: () => new PlainClusters(trainer, policy.seed, 'number'),
  value_ranks: () => new PlainClusters(trainer, policy.seed, 'revenue'),
  gate: () => new NearestCentroids(trainer, policy, 'cold'),
  warm_start: () => new NearestCentroids(trainer, policy, 'warm'),
  hysteresis: () => new ServiceTiers(trainer, { ...policy, graceDays: 0 }, WINDOW_DAYS),
  ours: () => new ServiceTiers(trainer, policy, WINDOW_DAYS),
};

/** How calm tiers are: simulated customers month by month, each step of the method beside the others, and the real shop day by day. */
export const tiersBenchmark: Benchmark = {
  name: 'tiers',
  measures:
    'how calm tiers are, simulated and over a real year: changes a month, flaps, inversions, beside plain clusters',
  async run(say) {
    const simulated: Record<string, TierSimulation> = {};
    for (const [step, method] of Object.entries(STEPS)) {
      simulated[step] = await simulateTiers(simulatedMonths(policy.seed), method());
      say(`simulated customers, ${step}: ${JSON.stringify(simulated[step])}`);
    }
    const year = await readSampleYear({ seed: String(SAMPLE_SEED), now: END });
    say(`${year.orders.length} real orders; deciding every day of the year, training each month`);
    const days = [...shopDays(year, WINDOW_DAYS)];
    const real = await compared(days);
    say(`real shop: ${JSON.stringify(real)}`);
    const orders = await compared([...ordersAlone(days)]);
    say(`real shop, orders alone: ${JSON.stringify(orders)}`);
    return { ...figuresOf('simulated', simulated), ...figuresOf('real', real), ...figuresOf('orders_alone', orders) };
  },
};

async function compared(days: readonly SimulatedDay[]): Promise<Record<string, TierSimulation>> {
  return {
    ours: await simulateTiers(days, new ServiceTiers(trainer, policy, WINDOW_DAYS)),
    plain: await simulateTiers(days, new PlainClusters(trainer, policy.seed, 'number')),
  };
}

function figuresOf(data: string, results: Readonly<Record<string, TierSimulation>>): Record<string, Figure> {
  const figure = (of: (result: TierSimulation) => number): Figure => {
    const { ours = NaN, ...others } = Object.fromEntries(
      Object.entries(results).map(([name, result]) => [name, Math.round(1000 * of(result)) / 1000]),
    );
    const { plain } = others;
    return {
      ours,
      ...others,
      ...(plain !== undefined && plain > 0 && { ratio: Math.round((1000 * ours) / plain) / 1000 }),
    };
  };
  return {
    [`${data}_changes_pct_month`]: figure(({ changesPctMonth }) => changesPctMonth),
    [`${data}_changes_but_placements_pct_month`]: figure(
      ({ changesPctMonth, changesByCause }) => changesPctMonth - changesByCause.placed,
    ),
    [`${data}_changes_but_placements_pct_month_second_half`]: figure(({ changesByMonth }) => {
      const half = changesByMonth.slice(-6);
      return half.reduce((sum, { lapsed, customer, nothingNew }) => sum + lapsed + customer + nothingNew, 0) / 6;
    }),
    [`${data}_changes_of_nothing_new_pct_month`]: figure(({ changesByCause }) => changesByCause.nothingNew),
    [`${data}_flaps_per_1000`]: figure(({ flapsPer1000 }) => flapsPer1000),
    [`${data}_inversions`]: figure(({ inversions }) => inversions.all),
    [`${data}_clear_inversions`]: figure(({ inversions }) => inversions.clear),
  };
}
