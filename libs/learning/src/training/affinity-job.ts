import type { InterestWeights } from '../evaluation/product-interest.js';
import { decidePromotion, type PromotionRule } from '../registry/promotion-rule.js';
import type { AffinityInput, Trainer } from './trainer.js';
import type { TuningOptions } from '../tuning/search-trials.js';
import { tuneAffinity } from '../tuning/tune-affinity.js';
import { tuningRequest } from '../tuning/tuning-request.js';
import type { TuningTrials } from '../tuning/tuning-trials.js';
import { readPurchases } from './embedded/read-purchases.js';
import type { JobOutcome, TrainingJob } from './training-worker.js';

/** What an affinity job needs besides its trainer. */
export interface AffinityJobOptions {
  /** Name under which versions are registered. */
  readonly modelName: string;
  readonly trainer: Trainer;
  /** Opens the purchases anew for each run. */
  readonly input: () => AffinityInput | Promise<AffinityInput>;
  /** What interests count as at first, beside purchases. */
  readonly interestWeights?: InterestWeights;
  /** 1 unless told. */
  readonly seed?: number;
  readonly rule?: PromotionRule;
  /** Trials of earlier tunings: their best is tried too. Without, a tuning can't be asked for. */
  readonly trials?: TuningTrials;
}

/**
 * The job that trains recommendations: the best candidate takes over where its NDCG@5 is not worse than what the live
 * model's kind reaches on the same split.
 */
export function affinityJob({
  modelName,
  trainer,
  input,
  interestWeights,
  seed = 1,
  rule,
  trials,
}: AffinityJobOptions): TrainingJob {
  return async ({ runId, options, live, signal, onProgress }) => {
    const { tune } = tuningRequest.parse(options);
    if (tune && trials) {
      return tuningOutcome(await input(), trials, { ...tune, name: modelName, seed, signal, onProgress });
    }
    const incumbent = live && { incumbent: live.kind };
    const [best] = (await trials?.newest(modelName, trainer.tunedBy)) ?? [];
    const tuned = best && { tuned: { trainer: best.trainer, parameters: best.parameters } };
    const trained = await trainer.trainAffinity(await input(), {
      seed,
      runId,
      signal,
      onProgress,
      ...incumbent,
      ...tuned,
      ...(interestWeights && { interestWeights }),
    });
    if (trained.kind === 'refused') return trained;
    const { winner, report, artifact, parameters, dataFingerprint, durationMs, remote } = trained;
    const found = report.models[winner];
    if (!found) return { kind: 'refused', reason: `The winner ${winner} has no figures.` };
    const draft = {
      name: modelName,
      kind: winner,
      trainer: trainer.kind,
      trainedAt: new Date(),
      dataFingerprint,
      parameters: { ...parameters, ...(remote && { remote_model: remote.model }) },
      seed,
      metrics: {
        ...found,
        validation: report.validation,
        data: report.data,
        candidates: report.models,
        ...(remote && { bigquery_ml: remote.figures }),
      },
      durationMs,
      artifact,
    };
    return { kind: 'trained', draft, decision: decidePromotion('NDCG5', found.NDCG5, liveFigure(live?.kind), rule) };

    function liveFigure(kind: string | undefined): number | undefined {
      return kind === undefined ? undefined : (report.models[kind]?.NDCG5 ?? 0);
    }
  };
}

async function tuningOutcome(input: AffinityInput, trials: TuningTrials, options: TuningOptions): Promise<JobOutcome> {
  const read = await readPurchases(input);
  if (read.kind === 'refused') return read;
  const { best, trials: count } = await tuneAffinity(read.source, trials, options);
  if (!best) return { kind: 'done', reason: `${count} trials, none on all customers yet: give it more time` };
  const found = `NDCG@5 ${best.score.toFixed(4)} on validation`;
  return {
    kind: 'done',
    reason: `${count} trials; the best is ${best.trainer} with ${found}; the next training tries it`,
  };
}
