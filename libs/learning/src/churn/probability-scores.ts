/** How good probabilities are. */
export interface ProbabilityScores {
  /** Chance that one who left got a higher probability than one who stayed; 0.5 is chance, ties count half. */
  readonly auc: number;
  /** Mean squared difference from what came; lower is better (Brier, 1950). */
  readonly brier: number;
}

/** Scores of probabilities against what came, 1 or 0. AUC is 0.5 where only one of both came. */
export function probabilityScores(probabilities: ArrayLike<number>, came: ArrayLike<number>): ProbabilityScores {
  const order = Array.from({ length: came.length }, (_, at) => at).sort(
    (a, b) => probabilities[a]! - probabilities[b]!,
  );
  let brier = 0;
  let yes = 0;
  let rankSum = 0;
  for (let start = 0; start < order.length;) {
    let end = start;
    while (end < order.length && probabilities[order[end]!] === probabilities[order[start]!]) end += 1;
    for (const at of order.slice(start, end)) {
      brier += (probabilities[at]! - came[at]!) ** 2;
      if (came[at]! === 0) continue;
      yes += 1;
      rankSum += (start + end + 1) / 2;
    }
    start = end;
  }
  const no = came.length - yes;
  const auc = yes > 0 && no > 0 ? (rankSum - (yes * (yes + 1)) / 2) / (yes * no) : 0.5;
  return { auc, brier: brier / Math.max(1, came.length) };
}
