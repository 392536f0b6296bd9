import { Column } from '../columns/column.js';
import type { IdIndex } from '../columns/id-index.js';
import type { Companions } from '../companions/companions.js';
import type { Candidate } from './candidate-source.js';

/** Gathers what goes with several products; holds the scratch space for it. */
export class CompanionCandidates {
  private readonly strengths = Column.float64();

  constructor(private readonly ids: IdIndex) {}

  /** The `n` eligible products that go most strongly with the anchors: the strengths with each are added up. */
  of(
    companions: Companions,
    anchors: readonly number[],
    eligible: (product: number) => boolean,
    n: number,
  ): Candidate[] {
    this.strengths.reserve(this.ids.size);
    const strengths = this.strengths.values;
    const found: number[] = [];
    for (const anchor of anchors) {
      const { products, counts } = companions.of(anchor);
      for (let at = 0; at < products.length; at++) {
        const product = products[at]!;
        if (strengths[product] === 0) {
          if (!eligible(product)) continue;
          found.push(product);
        }
        strengths[product]! += companions.strength(counts[at]!, anchor, product);
      }
    }
    found.sort((a, b) => strengths[b]! - strengths[a]! || this.ids.compare(a, b));
    const best = found.slice(0, n).map(product => ({ product, score: strengths[product]! }));
    for (const product of found) strengths[product] = 0;
    return best;
  }
}
