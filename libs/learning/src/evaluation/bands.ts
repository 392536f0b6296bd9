import type { Interactions } from '../interactions/interactions.js';
import type { CustomerScores } from './customer-scores.js';
import type { TestCustomer } from './test-customers.js';

/** Figures of the test customers whose past holds so many different items. */
export interface CustomerBand {
  readonly from: number;
  readonly to: number;
  readonly users: number;
  readonly HR5: number;
  readonly NDCG5: number;
  readonly recall20: number;
}

/** Figures of the test customers of one loyalty tier. */
export interface TierBand {
  readonly tier: string;
  readonly users: number;
  readonly HR5: number;
  readonly NDCG5: number;
  readonly recall20: number;
}

/** How much of what was bought is found, by how many customers have the items. */
export interface PopularityBand {
  /** `head`: the items that make up the first half of all pairs, `middle` the next three tenths, `tail` the rest. */
  readonly band: 'head' | 'middle' | 'tail';
  readonly items: number;
  /** Purchases of the test that fall into the band. */
  readonly bought: number;
  /** Share of them among the customers' first twenty. */
  readonly recall20: number;
}

const BANDS = ['head', 'middle', 'tail'] as const;
const BAND_ENDS = [0.5, 0.8, 1];
const CUSTOMER_BANDS = 4;

/** The band of each item: 0 head, 1 middle, 2 tail. */
export function popularityBands(known: Interactions): Uint8Array<ArrayBuffer> {
  const owners = new Int32Array(known.itemIds.length);
  for (const item of known.columns) owners[item]! += 1;
  const bands = new Uint8Array(owners.length);
  let before = 0;
  for (const item of [...owners.keys()].sort((a, b) => owners[b]! - owners[a]! || a - b)) {
    bands[item] = BAND_ENDS.findIndex(end => before < end * known.columns.length);
    before += owners[item]!;
  }
  return bands;
}

/** Four groups of customers, as equal in size as their pasts allow, those with the shortest past first. */
export function customerBands(customers: readonly TestCustomer[], scores: readonly CustomerScores[]): CustomerBand[] {
  const sizes = customers.map(({ owned }) => owned.length).sort((a, b) => a - b);
  const starts = Array.from(
    { length: CUSTOMER_BANDS },
    (_, band) => sizes[Math.floor((band * sizes.length) / CUSTOMER_BANDS)],
  );
  const distinct = [...new Set(starts)].filter(start => start !== undefined);
  return distinct.map((from, band) => {
    const to = (distinct[band + 1] ?? (sizes.at(-1) ?? 0) + 1) - 1;
    const own = scores.filter((_, at) => {
      const size = customers[at]!.owned.length;
      return size >= from && size <= to;
    });
    return { from, to, ...means(own) };
  });
}

/** A group for each tier that a test customer has, in the order in which `tiers` first names them; customers without a tier are left out. */
export function tierBands(
  customers: readonly TestCustomer[],
  scores: readonly CustomerScores[],
  tiers: ReadonlyMap<string, string>,
): TierBand[] {
  return [...new Set(tiers.values())]
    .map(tier => ({ tier, ...means(scores.filter((_, at) => tiers.get(customers[at]!.id) === tier)) }))
    .filter(({ users }) => users > 0);
}

function means(scores: readonly CustomerScores[]): Omit<TierBand, 'tier'> {
  const mean = (of: (score: CustomerScores) => number): number =>
    scores.reduce((sum, score) => sum + of(score), 0) / Math.max(1, scores.length);
  return {
    users: scores.length,
    HR5: mean(s => s.hitRate5),
    NDCG5: mean(s => s.ndcg5),
    recall20: mean(s => s.recall20),
  };
}

/** Counts hits by the band of the item. */
export class PopularityTally {
  readonly #bands: Uint8Array;
  readonly #bought = [0, 0, 0];
  readonly #found = [0, 0, 0];

  constructor(known: Interactions) {
    this.#bands = popularityBands(known);
  }

  /** @param ranked the customer's first twenty. */
  add(ranked: readonly number[], bought: ReadonlySet<number>): void {
    for (const item of bought) this.#bought[this.#bands[item]!]! += 1;
    for (const item of ranked) if (bought.has(item)) this.#found[this.#bands[item]!]! += 1;
  }

  bands(): PopularityBand[] {
    return BANDS.map((band, at) => ({
      band,
      items: this.#bands.filter(own => own === at).length,
      bought: this.#bought[at]!,
      recall20: this.#found[at]! / Math.max(1, this.#bought[at]!),
    }));
  }
}
