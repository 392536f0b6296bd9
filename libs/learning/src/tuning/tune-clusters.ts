import { z } from 'zod';
import { inShare } from '../statistics/in-share.js';
import { FEATURE_SCALES } from '../standardise/standardiser.js';
import { clusterPool } from '../training/embedded/cluster-pool.js';
import type { ClusterTaskResult } from '../training/embedded/cluster-task.js';
import type { ReadFeatures } from '../training/embedded/read-features.js';
import type { ClusterSettings } from '../training/trainer.js';
import { searchTrials, threadsOf, type TuningOptions, withinBudget } from './search-trials.js';
import { TrialBook, type TrialLog } from './trial-book.js';
import type { TrialSetting, TuningTrial } from './tuning-trial.js';

const clusterParameters = z.object({ clusters: z.int(), scale: z.enum(FEATURE_SCALES), starts: z.int() });

const USUAL: ClusterSettings = { scale: 'log', starts: 10 };
const STARTS = [USUAL.starts, 3, 30];
const NUMBERS_OF_CLUSTERS = [2, 3, 4, 5, 6, 7, 8];
/** Below this many customers there is nothing to halve. */
const LEAST_CUSTOMERS = 1000;
/** Two runs of k-means on the same customers differ by about as much in the stability of their weakest clusters. */
const NOISE = 0.02;

/**
 * Searches how customers fall into the most stable clusters, by successive halving, off this thread: round after round for one number of
 * clusters, the wanted one first. The score is the stability of the weakest cluster under resampling (Hennig, 2007), which does not depend on
 * the scale of the features, as the silhouette does: that one is highest where a few large customers make clusters of their own. At last the usual
 * settings are tried on all customers, unless they were.
 * @returns the trials on all customers, the best first, and how many this run did itself.
 * @throws TaskFailedError when a clustering fails; the signal's reason when it is aborted.
 */
export async function tuneClusters(
  { customerIds, features }: Pick<ReadFeatures, 'customerIds' | 'features'>,
  k: number,
  log: TrialLog,
  options: TuningOptions,
): Promise<{ readonly whole: readonly TuningTrial[]; readonly trials: number }> {
  const { name, seed } = options;
  const dimensions = features.length / customerIds.length;
  const book = await TrialBook.open(log, { name, seed, rows: customerIds.length });
  const pool = clusterPool(threadsOf(options));
  const numbers = [k, ...NUMBERS_OF_CLUSTERS.filter(number => number !== k)];
  const taskOf = ({ parameters }: TrialSetting, share: number) => {
    const { clusters, scale, starts } = clusterParameters.parse(parameters);
    const drawn = drawnFeatures(
      customerIds,
      features,
      dimensions,
      Math.max(share, LEAST_CUSTOMERS / customerIds.length),
    );
    return { task: { features: drawn, dimensions, k: clusters, seed, scale, starts }, cost: 1 };
  };
  try {
    await withinBudget(options, async signal => {
      await searchTrials<TrialSetting>(
        book,
        {
          draw: round => settings(numbers[round]),
          title: ([first]) => `${String(first?.parameters['clusters'])} clusters`,
          tryOut: async (trials, batch) => {
            const startedMs = performance.now();
            const found = await pool.run(
              trials.map(({ setting, share }) => taskOf(setting, share)),
              batch,
            );
            const seconds = (performance.now() - startedMs) / 1000;
            return found.map(result => ({ ...figuresOf(result), seconds }));
          },
        },
        { ...options, signal },
      );
      const usual = settingOf(k, USUAL);
      if (book.added === 0 || book.find(usual, 1)) return;
      const startedMs = performance.now();
      const onProgress = (): void => options.onProgress?.(1, 'trying the usual settings');
      const [found] = await pool.run([taskOf(usual, 1)], { signal, onProgress });
      if (found) await book.add(usual, 1, { ...figuresOf(found), seconds: (performance.now() - startedMs) / 1000 });
    });
    return { whole: book.whole(), trials: book.added };
  } finally {
    await pool.close();
  }
}

/** The settings with the most stable clusters, so many of them; none where no trial is better than the usual settings by more than chance. */
export function steadiestSettings(whole: readonly TuningTrial[], k: number): ClusterSettings | undefined {
  const own = whole.filter(({ parameters }) => parameters['clusters'] === k).sort((a, b) => b.score - a.score);
  const usual = own.find(({ parameters }) => {
    const { scale, starts } = clusterParameters.parse(parameters);
    return scale === USUAL.scale && starts === USUAL.starts;
  });
  const [best] = own;
  if (!best || !usual || best.score <= usual.score + NOISE) return undefined;
  const { scale, starts } = clusterParameters.parse(best.parameters);
  return { scale, starts };
}

function settings(clusters: number | undefined): TrialSetting[] {
  if (clusters === undefined) return [];
  return FEATURE_SCALES.flatMap(scale => STARTS.map(starts => settingOf(clusters, { scale, starts })));
}

function settingOf(clusters: number, { scale, starts }: ClusterSettings): TrialSetting {
  return { trainer: 'kmeans', parameters: { clusters, scale, starts } };
}

function figuresOf({ metrics }: ClusterTaskResult): Pick<TuningTrial, 'score' | 'figures'> {
  const stability = Math.min(...metrics.jaccard);
  const customers = metrics.sizes.reduce((sum, size) => sum + size, 0);
  return {
    score: stability,
    figures: { stability, silhouette: metrics.silhouette, smallest_share: Math.min(...metrics.sizes) / customers },
  };
}

function drawnFeatures(
  customerIds: readonly string[],
  features: Float64Array<ArrayBuffer>,
  dimensions: number,
  share: number,
): Float64Array<ArrayBuffer> {
  if (share >= 1) return features;
  const drawn = customerIds.flatMap((id, at) => (inShare(id, share) ? [at] : []));
  const rows = new Float64Array(drawn.length * dimensions);
  drawn.forEach((at, row) => rows.set(features.subarray(at * dimensions, (at + 1) * dimensions), row * dimensions));
  return rows;
}
