import { Column } from '../columns/column.js';
import type { IdIndex } from '../columns/id-index.js';

/** Products that occur together: in orders, or in what customers looked at. */
export interface ProductGroups {
  /** In how many groups a product is. */
  groupsWith(product: number): number;
  /**
   * Counts into `counts` in how many of the latest groups with `product` every other product is, looking at no more than `maxGroups` groups and
   * `maxProducts` products. Returns the products counted.
   */
  countCompanions(product: number, counts: Int32Array, limits: CountLimits): number[];
}

/** How much is looked at for one product. */
export interface CountLimits {
  maxGroups: number;
  maxProducts: number;
}

/** Products that are in the same groups as one, most frequent first, and in how many. */
export interface CompanionCounts {
  readonly products: Int32Array;
  readonly counts: Int32Array;
}

interface CachedCounts extends CompanionCounts {
  version: number;
  countedAtMs: number;
}

const KEPT = 200;
const LIMITS: CountLimits = { maxGroups: 2000, maxProducts: 100_000 };
const MAX_AGE_MS = 1000;
const SHRINKAGE = 5;

/**
 * What goes together. A product's companions are counted from its latest 2,000 groups when they are first asked for, and counted again at most once a
 * second after one of its groups changed; nothing else is kept, so counts are exact after cancellations and erasures too.
 */
export class Companions {
  private readonly versions = Column.int32();
  private readonly cache = new Map<number, CachedCounts>();
  private readonly scratch = Column.int32();

  constructor(
    private readonly groups: ProductGroups,
    private readonly products: IdIndex,
    private readonly nowMs: () => number = Date.now,
  ) {}

  /** A product came into a group, or left one. */
  changed(product: number): void {
    this.versions.set(product, this.versions.get(product) + 1);
  }

  of(product: number): CompanionCounts {
    const cached = this.cache.get(product);
    const version = this.versions.get(product);
    if (cached && (cached.version === version || this.nowMs() - cached.countedAtMs < MAX_AGE_MS)) return cached;
    const counted = { ...this.count(product), version, countedAtMs: this.nowMs() };
    this.cache.set(product, counted);
    return counted;
  }

  /**
   * How strongly two products go together, from 0 to 1: the cosine of their groups, shrunk so that one chance order says little:
   * n_ab / √((n_a + 5) · (n_b + 5)).
   */
  strength(count: number, a: number, b: number): number {
    const groupsOfA = Math.min(this.groups.groupsWith(a), LIMITS.maxGroups);
    return Math.min(1, count / Math.sqrt((groupsOfA + SHRINKAGE) * (this.groups.groupsWith(b) + SHRINKAGE)));
  }

  /** Those of `anchors` that a product goes with, the strongest first, ties by product id. */
  strongestOf(anchors: readonly number[], product: number): number[] {
    const strengths = anchors.flatMap(anchor => {
      const { products, counts } = this.of(anchor);
      const at = products.indexOf(product);
      return at < 0 ? [] : [{ anchor, strength: this.strength(counts[at]!, anchor, product) }];
    });
    strengths.sort((a, b) => b.strength - a.strength || this.products.compare(a.anchor, b.anchor));
    return strengths.map(({ anchor }) => anchor);
  }

  private count(product: number): CompanionCounts {
    this.scratch.reserve(this.products.size);
    const all = this.scratch.values;
    const found = this.groups.countCompanions(product, all, LIMITS);
    found.sort((a, b) => all[b]! - all[a]! || this.products.compare(a, b));
    const products = Int32Array.from(found.slice(0, KEPT));
    const counts = products.map(other => all[other]!);
    for (const other of found) all[other] = 0;
    return { products, counts };
  }
}
