import type { Catalogue } from '../catalogue/catalogue.js';
import type { TierName } from '../customers/customer-profile.js';
import type { ListName, RankingRules, Selection } from './ranking-rules.js';

/** Products that one customer may not see, by number. */
export interface Closed {
  products: readonly number[];
  categories: readonly number[];
}

interface Placed {
  products: readonly number[];
  categories: readonly number[];
}

const NOTHING_CLOSED: Closed = { products: [], categories: [] };

/** {@link RankingRules} in the numbers of a catalogue. */
export class PlacedRules {
  readonly maxPerCategory: number | undefined;
  /** Whether any rule is about which products a list holds or in which order. */
  readonly arranges: boolean;
  private readonly boosts: readonly (Placed & { by: number })[];
  private readonly buried: readonly Placed[];
  private readonly reserved: readonly (Placed & { tiers: readonly TierName[]; untilMs: number })[];
  private readonly rivals = new Map<number, ReadonlySet<number>[]>();
  private readonly marginOfProduct: ReadonlyMap<number, number>;
  private readonly marginOfCategory: ReadonlyMap<number, number>;

  constructor(
    private readonly rules: RankingRules,
    private readonly catalogue: Catalogue,
  ) {
    const { boost, bury, pin, neverTogether, maxPerCategory, margin, tierOnly, earlyAccess } = rules;
    const place = (selection: Selection): Placed => placed(selection, catalogue);
    this.maxPerCategory = maxPerCategory;
    this.boosts = boost.map(rule => ({ ...place(rule), by: rule.by }));
    this.buried = bury.map(place);
    this.reserved = [
      ...tierOnly.map(rule => ({ ...place(rule), tiers: rule.tiers, untilMs: Number.POSITIVE_INFINITY })),
      ...earlyAccess.map(rule => ({ ...place(rule), tiers: rule.tiers, untilMs: rule.until.getTime() })),
    ];
    for (const group of neverTogether) {
      const numbers = new Set(group.map(id => catalogue.number(id)));
      for (const number of numbers) this.rivals.set(number, [...(this.rivals.get(number) ?? []), numbers]);
    }
    this.marginOfProduct = numbered(margin?.products, id => catalogue.number(id));
    this.marginOfCategory = numbered(margin?.categories, name => catalogue.categories.add(name));
    this.arranges =
      maxPerCategory !== undefined ||
      margin !== undefined ||
      [boost, bury, pin, neverTogether].some(list => list.length > 0);
  }

  /** What a product's score is multiplied by: its boosts, and 1 + weight × margin. */
  factorOf(product: number): number {
    let factor = 1;
    for (const boost of this.boosts) if (this.covers(boost, product)) factor *= boost.by;
    const { margin } = this.rules;
    if (!margin) return factor;
    const category = this.catalogue.category.get(product);
    return (
      factor * (1 + margin.weight * (this.marginOfProduct.get(product) ?? this.marginOfCategory.get(category) ?? 0))
    );
  }

  /** Shown only where nothing else is left. */
  isBuried(product: number): boolean {
    return this.buried.some(rule => this.covers(rule, product));
  }

  /** Whether a product may not stand in one list with any of `others`. */
  clashes(product: number, others: ReadonlySet<number>): boolean {
    return this.rivals.get(product)?.some(group => [...group].some(rival => others.has(rival))) ?? false;
  }

  /** The products pinned in a list, by place from 1; of two for one place the first of the file. */
  pinsOf(list: ListName): ReadonlyMap<number, number> {
    const pins = new Map<number, number>();
    for (const { product, place, lists } of this.rules.pin)
      if ((lists?.includes(list) ?? true) && !pins.has(place)) pins.set(place, this.catalogue.number(product));
    return pins;
  }

  /** What is reserved for tiers other than this one; undefined stands for a visitor without a tier. */
  closedTo(tier: () => TierName | undefined, nowMs: number): Closed {
    if (this.reserved.length === 0) return NOTHING_CLOSED;
    const own = tier();
    const closed = this.reserved.filter(
      ({ tiers, untilMs }) => nowMs < untilMs && (own === undefined || !tiers.includes(own)),
    );
    return {
      products: closed.flatMap(({ products }) => products),
      categories: closed.flatMap(({ categories }) => categories),
    };
  }

  private covers({ products, categories }: Placed, product: number): boolean {
    return products.includes(product) || categories.includes(this.catalogue.category.get(product));
  }
}

function placed({ products = [], categories = [] }: Selection, catalogue: Catalogue): Placed {
  return {
    products: products.map(id => catalogue.number(id)),
    categories: categories.map(name => catalogue.categories.add(name)),
  };
}

function numbered(
  margins: Readonly<Record<string, number>> = {},
  number: (key: string) => number,
): Map<number, number> {
  return new Map(Object.entries(margins).map(([key, margin]) => [number(key), margin]));
}
