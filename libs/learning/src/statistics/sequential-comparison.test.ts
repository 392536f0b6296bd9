import { describe, expect, test } from 'vitest';
import { Random } from '../random/random.js';
import { type Arm, compareSequentially, LEAST_CUSTOMERS, type Verdict } from './sequential-comparison.js';

/** A test that is looked at after every pair of customers, until the first verdict or the last pair. */
function run(
  random: Random,
  outcomeOf: { control: () => number; treatment: () => number },
  { pairs, worth }: { pairs: number; worth: number },
): { verdict: Verdict; pairs: number; naive: boolean } {
  const arms = { control: { customers: 0, sum: 0, squares: 0 }, treatment: { customers: 0, sum: 0, squares: 0 } };
  let naive = false;
  for (let pair = 1; pair <= pairs; pair++) {
    for (const name of ['control', 'treatment'] as const) arms[name] = after(arms[name], outcomeOf[name]());
    naive ||= pair >= LEAST_CUSTOMERS && fixedSampleTestRejects(arms.control, arms.treatment);
    const { verdict } = compareSequentially(arms.control, arms.treatment, worth);
    if (verdict === 'treatment is better' || verdict === 'control is better') return { verdict, pairs: pair, naive };
  }
  const { verdict } = compareSequentially(arms.control, arms.treatment, worth);
  return { verdict, pairs, naive };
}

const after = ({ customers, sum, squares }: Arm, outcome: number): Arm => ({
  customers: customers + 1,
  sum: sum + outcome,
  squares: squares + outcome ** 2,
});

/** What everybody does: an interval for one look, looked at again and again. */
function fixedSampleTestRejects(control: Arm, treatment: Arm): boolean {
  const variance = ({ customers, sum, squares }: Arm) => (squares / customers - (sum / customers) ** 2) / customers;
  const difference = treatment.sum / treatment.customers - control.sum / control.customers;
  return Math.abs(difference) > 1.96 * Math.sqrt(variance(control) + variance(treatment));
}

const EXPERIMENTS = 200;
const bought = (random: Random, rate: number) => () => (random.next() < rate ? 1 : 0);
/** Most customers spend nothing, the others by a long-tailed law. */
const spent = (random: Random, rate: number) => () =>
  random.next() < rate ? Math.exp(3 + 0.8 * random.nextNormal()) : 0;

describe('a test that is looked at after every customer', () => {
  test.each([
    ['one in fifty buys', (random: Random) => bought(random, 0.02), 0.01],
    ['one in five clicks', (random: Random) => bought(random, 0.2), 0.02],
    ['money, long-tailed', (random: Random) => spent(random, 0.1), 1],
  ])('finds a difference where there is none in at most 5 of 100: %s', (_, outcome, worth) => {
    let [wrong, naive] = [0, 0];
    for (let seed = 1; seed <= EXPERIMENTS; seed++) {
      const random = new Random(seed);
      const arms = { control: outcome(random), treatment: outcome(random) };
      const result = run(random, arms, { pairs: 3000, worth });
      if (result.verdict.endsWith('is better')) wrong++;
      if (result.naive) naive++;
    }
    expect(wrong / EXPERIMENTS).toBeLessThanOrEqual(0.05);
    expect(naive / EXPERIMENTS).toBeGreaterThan(0.15);
  });

  test('finds a difference that is there, and which way round it is', () => {
    const verdicts = Array.from({ length: 50 }, (_, seed) => {
      const random = new Random(seed);
      const [better, worse] = [bought(random, 0.08), bought(random, 0.05)];
      const options = { pairs: 8000, worth: 0.02 };
      const upwards = run(random, { control: worse, treatment: better }, options).verdict;
      return [upwards, run(random, { control: better, treatment: worse }, options).verdict];
    });
    const right = verdicts.filter(([up, down]) => up === 'treatment is better' && down === 'control is better');
    expect(right.length).toBeGreaterThanOrEqual(48);
  });

  test('says in the end that a difference is too small to matter', () => {
    const random = new Random(7);
    const arms = { control: bought(random, 0.05), treatment: bought(random, 0.051) };
    expect(run(random, arms, { pairs: 20_000, worth: 0.02 }).verdict).toBe('no difference worth it');
  });

  test('says nothing before there are enough customers, or while nothing happens', () => {
    const arm = (customers: number, sum: number): Arm => ({ customers, sum, squares: sum });
    const nothingYet = { verdict: 'keep running', difference: { low: null, high: null } };
    expect(compareSequentially(arm(LEAST_CUSTOMERS - 1, 0), arm(5000, 4000), 0.01)).toMatchObject(nothingYet);
    expect(compareSequentially(arm(5000, 0), arm(5000, 0), 0.01)).toMatchObject(nothingYet);
    expect(compareSequentially(arm(0, 0), arm(0, 0), 0.01).difference.value).toBe(0);
  });
});
