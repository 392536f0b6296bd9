/** Settings at the start of a round, and how many of them are left at each of its steps. */
export const ROUND = { settings: 9, keep: 1 / 3, shares: [1 / 9, 1 / 3, 1] } as const;

/** One trial of successive halving, as far as the search needs it. */
export interface HalvingTrial<Setting> {
  readonly setting: Setting;
  /** Share of the customers it was tried on. */
  readonly share: number;
}

/** What a search asks for and is told. Scores are higher for better. */
export interface Halving<Setting> {
  /** Settings of a round, the first being 0; the same for the same number. */
  readonly draw: (round: number) => readonly Setting[];
  /** Scores, one for each trial. */
  readonly run: (trials: readonly HalvingTrial<Setting>[]) => Promise<readonly number[]>;
  /** Asked before each step; the search ends where it says so. */
  readonly isOver: () => boolean;
}

/**
 * Successive halving (Jamieson and Talwalkar, 2016) in rounds: many settings are tried on a few customers, the best third of them on three times
 * as many, the best third of those on all; then the next round draws new settings. Which settings a round tries does not depend on time, so
 * that a search that goes on finds what was done.
 */
export async function searchByHalving<Setting>({ draw, run, isOver }: Halving<Setting>): Promise<void> {
  for (let round = 0; !isOver(); round++) {
    let left = draw(round);
    if (left.length === 0) return;
    for (const share of ROUND.shares) {
      if (isOver()) return;
      const scores = await run(left.map(setting => ({ setting, share })));
      const order = [...left.keys()].sort((a, b) => (scores[b] ?? -Infinity) - (scores[a] ?? -Infinity) || a - b);
      left = order.slice(0, Math.ceil(left.length * ROUND.keep)).flatMap(at => left[at] ?? []);
    }
  }
}
