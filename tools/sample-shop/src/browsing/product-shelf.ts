import type { Order, Product } from '@laurel/shop';
import type { SeededRandom } from '../random/seeded-random.js';

/** The sample's products as visitors come upon them: often bought ones more often. */
export class ProductShelf {
  readonly #byId: ReadonlyMap<string, Product>;
  readonly #all: readonly string[];
  readonly #byCategory = new Map<string, string[]>();

  /** `orders` say how often each product is bought: a product stands on the shelf once for every 20 lines, and once in any case. */
  constructor(products: readonly Product[], orders: readonly Order[]) {
    this.#byId = new Map(products.map(product => [product._id, product]));
    const lines = new Map<string, number>();
    for (const { items } of orders)
      for (const { productId } of items) lines.set(productId, (lines.get(productId) ?? 0) + 1);
    const all: string[] = [];
    for (const { _id, category } of products) {
      const shelf = this.#byCategory.get(category ?? '') ?? [];
      this.#byCategory.set(category ?? '', shelf);
      for (let place = 0; place <= (lines.get(_id) ?? 0) / 20; place++) {
        all.push(_id);
        shelf.push(_id);
      }
    }
    this.#all = all;
  }

  product(id: string): Product | undefined {
    return this.#byId.get(id);
  }

  /** Any product. */
  any(random: SeededRandom): string {
    return random.pick(this.#all);
  }

  /** A product of the same category as `productId`, at times one of another. */
  near(productId: string, random: SeededRandom): string {
    const shelf = this.#byCategory.get(this.#byId.get(productId)?.category ?? '');
    return shelf && random.chance(0.8) ? random.pick(shelf) : this.any(random);
  }
}
