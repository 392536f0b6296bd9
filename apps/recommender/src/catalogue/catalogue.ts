import { Column } from '../columns/column.js';
import { IdIndex } from '../columns/id-index.js';
import type { CatalogueProduct } from './catalogue-product.js';
import { searchWords } from './search-words.js';

/**
 * All products by their number. A product that is only named in orders, or was deleted, keeps its number but has no entry and is never
 * available.
 */
export class Catalogue {
  readonly ids = new IdIndex();
  readonly categories = new IdIndex();
  /** 1 where the product may be recommended now. */
  readonly available = Column.uint8();
  readonly price = Column.float64();
  /** Number of the category, -1 for none. */
  readonly category = Column.int32(-1);
  private readonly products: (CatalogueProduct | undefined)[] = [];
  /** The words a product is found by, each after a space. */
  private readonly searchTexts: string[] = [];
  private listed = 0;
  private availableCount = 0;

  /** Numbers given so far; every column has at least this many rows. */
  get size(): number {
    return this.ids.size;
  }

  /** How many products the shop lists, and how many of them can be sold now. */
  get counts(): { products: number; available: number } {
    return { products: this.listed, available: this.availableCount };
  }

  /** The number of a product id, given now where it has none. */
  number(id: string): number {
    const number = this.ids.add(id);
    this.available.reserve(number + 1);
    this.price.reserve(number + 1);
    this.category.reserve(number + 1);
    return number;
  }

  /** Takes a product as it is now. */
  set(product: CatalogueProduct): void {
    const number = this.number(product.id);
    this.count(number, -1);
    this.products[number] = Object.freeze({ ...product });
    this.searchTexts[number] = ['', ...searchWords(`${product.name} ${product.category ?? ''} ${product.id}`)].join(
      ' ',
    );
    this.available.set(number, product.available ? 1 : 0);
    this.price.set(number, product.price);
    this.category.set(number, product.category === null ? -1 : this.categories.add(product.category));
    this.count(number, 1);
  }

  /** Takes a product out. */
  remove(id: string): void {
    const number = this.ids.find(id);
    if (number < 0) return;
    this.count(number, -1);
    this.products[number] = undefined;
    this.searchTexts[number] = '';
    this.available.set(number, 0);
  }

  /** A product as it is now, or undefined where the shop does not list it. */
  product(number: number): CatalogueProduct | undefined {
    return this.products[number];
  }

  /** Whether each of these words (of {@link searchWords}) begins a word of the product's name, category or id. */
  matches(number: number, words: readonly string[]): boolean {
    const text = this.searchTexts[number] ?? '';
    return words.every(word => text.includes(` ${word}`));
  }

  private count(number: number, step: 1 | -1): void {
    if (this.products[number] === undefined) return;
    this.listed += step;
    if (this.available.get(number) === 1) this.availableCount += step;
  }
}
