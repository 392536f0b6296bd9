import type { Closed } from '../rules/placed-rules.js';
import type { Catalogue } from '../catalogue/catalogue.js';
import { Column } from '../columns/column.js';

/** What a request asks for; product and category ids as the shop has them. */
export interface ProductFilter {
  categories?: readonly string[] | undefined;
  excludeProductIds?: readonly string[] | undefined;
  priceMin?: number | undefined;
  priceMax?: number | undefined;
  includePurchased?: boolean | undefined;
}

/**
 * Which products one request may be answered with: available, not excluded, within the filter. One instance serves all requests, one after
 * another: {@link begin} forgets the request before without touching the catalogue.
 */
export class Eligibility {
  private readonly excludedIn = Column.uint32();
  private request = 0;
  private categories: ReadonlySet<number> | undefined;
  private closedCategories: readonly number[] = [];
  private priceMin = Number.NEGATIVE_INFINITY;
  private priceMax = Number.POSITIVE_INFINITY;

  constructor(private readonly catalogue: Catalogue) {}

  /** Takes a request's filter, and what is closed to its customer. */
  begin(filter: ProductFilter, closed?: Closed): void {
    if (++this.request > 0xffffffff) {
      this.excludedIn.clear();
      this.request = 1;
    }
    this.excludedIn.reserve(this.catalogue.size);
    this.categories =
      filter.categories &&
      new Set(filter.categories.map(name => this.catalogue.categories.find(name)).filter(n => n >= 0));
    this.closedCategories = closed?.categories ?? [];
    this.excludeAll(closed?.products ?? []);
    this.priceMin = filter.priceMin ?? Number.NEGATIVE_INFINITY;
    this.priceMax = filter.priceMax ?? Number.POSITIVE_INFINITY;
    for (const id of filter.excludeProductIds ?? []) {
      const product = this.catalogue.ids.find(id);
      if (product >= 0) this.exclude(product);
    }
  }

  exclude(product: number): void {
    this.excludedIn.set(product, this.request);
  }

  excludeAll(products: Int32Array | readonly number[]): void {
    const { values } = this.excludedIn;
    for (let at = 0; at < products.length; at++) values[products[at]!] = this.request;
  }

  readonly allows = (product: number): boolean => {
    const { available, price, category } = this.catalogue;
    if (available.values[product] !== 1 || this.excludedIn.values[product] === this.request) return false;
    const amount = price.values[product]!;
    if (amount < this.priceMin || amount > this.priceMax) return false;
    if (this.closedCategories.length > 0 && this.closedCategories.includes(category.values[product]!)) return false;
    return this.categories === undefined || this.categories.has(category.values[product]!);
  };
}
