import { defaultTierPolicy, simulatePlainTiers, simulateTiers } from '@laurel/clustering-service';
import { EmbeddedTrainer } from '@laurel/learning';
import { readSampleYear, SAMPLE_SEED } from '@laurel/sample-shop';
import type { Benchmark, Figure } from '../benchmark.js';
import { shopDays } from './shop-days.js';

const WINDOW_DAYS = 365;
/** The same every day: the year ends at a moment of its own. */
const END = new Date('2026-01-05T00:00:00Z');

/** The real shop's year, day by day with twelve trainings, decided by the service's rules and by the plain method. */
export const tiersBenchmark: Benchmark = {
  name: 'tiers',
  measures: 'how calm tiers are over a real year: changes a month, flaps, inversions, beside plain monthly clusters',
  async run(say) {
    const year = await readSampleYear({ seed: String(SAMPLE_SEED), now: END });
    const policy = defaultTierPolicy();
    const trainer = new EmbeddedTrainer();
    say(`${year.orders.length} orders; deciding every day of the year, training each month`);
    const ours = await simulateTiers(shopDays(year, WINDOW_DAYS), trainer, policy, WINDOW_DAYS);
    say(`ours: ${JSON.stringify(ours)}`);
    const plain = await simulatePlainTiers(shopDays(year, WINDOW_DAYS), trainer, policy.seed);
    say(`plain clusters anew each month: ${JSON.stringify(plain)}`);
    return {
      real_changes_pct_month: compared(ours.changesPctMonth, plain.changesPctMonth),
      real_flaps_per_1000: compared(ours.flapsPer1000, plain.flapsPer1000),
      real_inversions: compared(ours.inversions, plain.inversions),
      real_models_held: { ours: ours.held },
    };
  },
};

function compared(ours: number, plain: number): Figure {
  return { ours: rounded(ours), plain: rounded(plain), ...(plain > 0 && { ratio: rounded(ours / plain) }) };
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
