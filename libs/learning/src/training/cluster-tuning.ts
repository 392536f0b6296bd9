import type { TuningOptions } from '../tuning/search-trials.js';
import { steadiestSettings, tuneClusters } from '../tuning/tune-clusters.js';
import type { TuningTrial } from '../tuning/tuning-trial.js';
import type { TuningTrials } from '../tuning/tuning-trials.js';
import { readFeatures } from './embedded/read-features.js';
import type { ClustersInput } from './trainer.js';
import type { JobOutcome } from './training-worker.js';

/** A search of the settings for `k` clusters as a run of the training queue; it also tells how stable other numbers of clusters are. */
export async function clusterTuning(
  input: ClustersInput,
  k: number,
  log: TuningTrials,
  options: TuningOptions,
): Promise<JobOutcome> {
  const read = await readFeatures(input, k);
  if (read.kind === 'refused') return read;
  const { whole, trials } = await tuneClusters(read, k, log, options);
  const best = bestByNumber(whole);
  const own = best.get(k);
  if (own === undefined) {
    return { kind: 'done', reason: `${trials} trials, none on all customers yet: give it more time` };
  }
  const found = steadiestSettings(whole, k);
  const next = found
    ? `the next training takes the scale ${found.scale} and ${found.starts} starts`
    : 'no settings are better than the usual ones by more than chance';
  const others = [...best].filter(([clusters]) => clusters !== k).sort(([a], [b]) => a - b);
  const compared = others.map(([clusters, score]) => `${clusters} clusters ${score.toFixed(3)}`).join(', ');
  return {
    kind: 'done',
    reason: `${trials} trials; the weakest of ${k} clusters has a stability of ${own.toFixed(3)}; ${next}${compared && `; with ${compared}`}`,
  };
}

function bestByNumber(whole: readonly TuningTrial[]): Map<number, number> {
  const best = new Map<number, number>();
  for (const { parameters, score } of whole) {
    const clusters = Number(parameters['clusters']);
    best.set(clusters, Math.max(score, best.get(clusters) ?? -Infinity));
  }
  return best;
}
