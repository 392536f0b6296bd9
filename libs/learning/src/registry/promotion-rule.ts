/** When a new model may take over. */
export interface PromotionRule {
  /** How much worse than the live model the new one may be, as a share of the live one's figure; 0 unless told. */
  readonly margin: number;
}

/** Whether to promote, and why. */
export interface PromotionDecision {
  readonly promote: boolean;
  readonly reason: string;
}

/**
 * A new model takes over only where it is not worse than the live one on the same split, by a figure where higher is
 * better. Without a live model any figure above 0 will do.
 */
export function decidePromotion(
  metric: string,
  candidate: number,
  live: number | undefined,
  { margin }: PromotionRule = { margin: 0 },
): PromotionDecision {
  const found = `${metric} ${candidate.toFixed(4)}`;
  if (live === undefined) {
    return candidate > 0
      ? { promote: true, reason: `${found}; no model was live` }
      : { promote: false, reason: `${found}: it found nothing that was bought` };
  }
  const promote = candidate >= live * (1 - margin);
  const comparison = `${found} against ${live.toFixed(4)} of the live model on the same split`;
  return { promote, reason: promote ? comparison : `worse: ${comparison}` };
}
