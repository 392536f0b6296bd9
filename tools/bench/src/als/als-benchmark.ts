import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { anchorScript, anchorsPython } from '../anchors/anchors-environment.js';
import type { Benchmark, Figure } from '../benchmark.js';
import { median } from '../measuring/median.js';
import { runMeasured } from '../measuring/run-measured.js';
import { makePairs, writePairs } from './make-pairs.js';
import type { PairsShape } from './pairs-in.js';

const SMALL: PairsShape = { users: 20_000, items: 3_000, pairs: 560_000 };
const LARGE: PairsShape = { users: 500_000, items: 50_000, pairs: 20_000_000 };
const FACTORS = [16, 64];
const ITERATIONS = 15;
const REGULARISATION = 1;

const trialSchema = z.object({ seconds: z.number(), peakRssMb: z.number(), objective: z.number() });
type Trial = z.infer<typeof trialSchema>;

/** Laurel's ALS and implicit's, each in a process of its own, in turns: the same pairs, iterations, solver and regularisation. */
export const alsBenchmark: Benchmark = {
  name: 'als',
  measures:
    'ALS with 16 and 64 factors beside implicit, 560,000 and 20 million pairs: seconds, peak memory, objective; --small leaves out the 20 million, --large the others, --factors 16 or 64 is one of both',
  async run(say, { runs = 3, small = false, large = false, factors }) {
    say('fetching implicit (once)');
    const python = await anchorsPython();
    const measured = (shape: PairsShape, suffix: string) =>
      measure(shape, factors === undefined ? FACTORS : [factors], suffix, runs, python, say);
    return {
      ...(large ? {} : await measured(SMALL, '')),
      ...(small ? {} : await measured(LARGE, '_large')),
    };
  },
};

async function measure(
  shape: PairsShape,
  factorCounts: readonly number[],
  suffix: string,
  runs: number,
  python: string,
  say: (line: string) => void,
): Promise<Record<string, Figure>> {
  const folder = await mkdtemp(join(tmpdir(), 'laurel-bench-'));
  try {
    await writePairs(folder, makePairs(shape));
    const figures: Record<string, Figure> = {};
    for (const factors of factorCounts) {
      const settings = [
        shape.users,
        shape.items,
        shape.pairs,
        factors,
        ITERATIONS,
        REGULARISATION,
        availableParallelism(),
      ];
      const args = [folder, ...settings.map(String)];
      const ours: Trial[] = [];
      const theirs: Trial[] = [];
      for (let run = 1; run <= runs; run++) {
        ours.push(
          await runMeasured(process.execPath, [join(import.meta.dirname, 'laurel-als.js'), ...args], trialSchema),
        );
        theirs.push(
          await runMeasured(python, [anchorScript('implicit_als.py'), ...args], trialSchema, {
            OPENBLAS_NUM_THREADS: '1',
          }),
        );
        say(`${shape.pairs} pairs, ${factors} factors, run ${run} of ${runs}: ${shown(ours)} against ${shown(theirs)}`);
      }
      for (const [name, of] of Object.entries(MEASURED)) {
        figures[`als${factors}${suffix}_${name}`] = figure(median(ours.map(of)), median(theirs.map(of)));
      }
    }
    return figures;
  } finally {
    await rm(folder, { recursive: true });
  }
}

const MEASURED: Readonly<Record<string, (trial: Trial) => number>> = {
  seconds: trial => trial.seconds,
  peak_rss_mb: trial => trial.peakRssMb,
  objective: trial => trial.objective,
};

function figure(ours: number, implicit: number): Figure {
  const rounded = (value: number): number => Number(value.toPrecision(5));
  return { ours: rounded(ours), implicit: rounded(implicit), ratio: rounded(ours / implicit) };
}

function shown(trials: readonly Trial[]): string {
  const { seconds = 0, peakRssMb = 0, objective = 0 } = trials.at(-1) ?? {};
  return `${seconds.toFixed(2)} s, ${peakRssMb.toFixed(0)} MB, objective ${objective.toFixed(0)}`;
}
