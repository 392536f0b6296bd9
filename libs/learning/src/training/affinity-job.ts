import { decidePromotion, type PromotionRule } from '../registry/promotion-rule.js';
import type { AffinityInput, Trainer } from './trainer.js';
import type { TrainingJob } from './training-worker.js';

/** What an affinity job needs besides its trainer. */
export interface AffinityJobOptions {
  /** Name under which versions are registered. */
  readonly modelName: string;
  readonly trainer: Trainer;
  /** Opens the purchases anew for each run. */
  readonly input: () => AffinityInput | Promise<AffinityInput>;
  /** 1 unless told. */
  readonly seed?: number;
  readonly rule?: PromotionRule;
}

/**
 * The job that trains recommendations: the best candidate takes over where its NDCG@5 is not worse than what the live
 * model's kind reaches on the same split.
 */
export function affinityJob({ modelName, trainer, input, seed = 1, rule }: AffinityJobOptions): TrainingJob {
  return async ({ live, signal, onProgress }) => {
    const incumbent = live && { incumbent: live.kind };
    const trained = await trainer.trainAffinity(await input(), { seed, signal, onProgress, ...incumbent });
    if (trained.kind === 'refused') return trained;
    const { winner, report, artifact, parameters, dataFingerprint, durationMs } = trained;
    const found = report.models[winner];
    if (!found) return { kind: 'refused', reason: `The winner ${winner} has no figures.` };
    const draft = {
      name: modelName,
      kind: winner,
      trainedAt: new Date(),
      dataFingerprint,
      parameters,
      seed,
      metrics: { ...found, candidates: report.models },
      durationMs,
      artifact,
    };
    return { kind: 'trained', draft, decision: decidePromotion('NDCG5', found.NDCG5, liveFigure(live?.kind), rule) };

    function liveFigure(kind: string | undefined): number | undefined {
      return kind === undefined ? undefined : (report.models[kind]?.NDCG5 ?? 0);
    }
  };
}
