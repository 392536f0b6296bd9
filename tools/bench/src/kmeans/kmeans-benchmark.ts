import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { anchorScript, anchorsPython } from '../anchors/anchors-environment.js';
import type { Benchmark, Figure } from '../benchmark.js';
import { median } from '../measuring/median.js';
import { runMeasured } from '../measuring/run-measured.js';
import { FEATURES, makeCustomers } from './make-customers.js';

const CUSTOMERS = 1_000_000;
const CLUSTERS = 4;
/** As tiers are trained, and the fewest there can be. */
const STARTS = [10, 1];

const trialSchema = z.object({ seconds: z.number(), inertia: z.number(), peakRssMb: z.number() });
type Trial = z.infer<typeof trialSchema>;

/** Laurel's k-means and scikit-learn's, each in a process of its own, in turns: the same points and number of starts, a seed for each run. */
export const kmeansBenchmark: Benchmark = {
  name: 'kmeans',
  measures:
    'k-means of a million customers into four clusters beside scikit-learn, with ten starts and one: seconds, inertia, peak memory',
  async run(say, { runs = 3, docs = CUSTOMERS }) {
    say('fetching scikit-learn (once)');
    const python = await anchorsPython();
    const folder = await mkdtemp(join(tmpdir(), 'laurel-bench-'));
    try {
      const path = join(folder, 'points');
      await writeFile(path, makeCustomers(docs));
      const figures: Record<string, Figure> = {};
      for (const starts of STARTS) {
        const ours: Trial[] = [];
        const theirs: Trial[] = [];
        for (let run = 1; run <= runs; run++) {
          const args = [path, ...[FEATURES, CLUSTERS, starts, run].map(String)];
          ours.push(
            await runMeasured(process.execPath, [join(import.meta.dirname, 'laurel-kmeans.js'), ...args], trialSchema),
          );
          theirs.push(await runMeasured(python, [anchorScript('sklearn_kmeans.py'), ...args], trialSchema));
          say(`${starts} starts, run ${run} of ${runs}: ${shown(ours)} against ${shown(theirs)}`);
        }
        const suffix = starts === 1 ? '_one_start' : '';
        figures[`kmeans_seconds${suffix}`] = figure(ours, theirs, trial => trial.seconds);
        figures[`inertia${suffix}`] = figure(ours, theirs, trial => trial.inertia);
        figures[`peak_rss_mb${suffix}`] = figure(ours, theirs, trial => trial.peakRssMb);
      }
      return figures;
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

function figure(ours: readonly Trial[], theirs: readonly Trial[], of: (trial: Trial) => number): Figure {
  const [own, sklearn] = [median(ours.map(of)), median(theirs.map(of))];
  const rounded = (value: number): number => Number(value.toPrecision(7));
  return { ours: rounded(own), 'scikit-learn': rounded(sklearn), ratio: rounded(own / sklearn) };
}

function shown(trials: readonly Trial[]): string {
  const { seconds = 0, inertia = 0, peakRssMb = 0 } = trials.at(-1) ?? {};
  return `${seconds.toFixed(2)} s, inertia ${inertia.toFixed(0)}, ${peakRssMb.toFixed(0)} MB`;
}
