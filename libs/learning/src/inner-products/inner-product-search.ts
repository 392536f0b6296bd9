import type { ScoredItem } from '../affinity/affinity-model.js';
import { kernel, memoryOf, type Kernel } from '../kernel/kernel.js';
import { rowLengths } from '../linear-algebra/row-lengths.js';
import type { InnerProducts } from './inner-products.js';
import { BLOCK, GROUP, QUERIES, searchLayout, type SearchLayout } from './search-layout.js';

/** What the best items are looked for. */
export interface InnerProductQuery {
  /** As long as the items' vectors. */
  readonly vector: Float64Array;
  /** Items that it must not get, each once. */
  readonly own: Int32Array;
}

/** A query on its way through the blocks. */
interface Search {
  readonly place: number;
  readonly length: number;
  readonly own: number;
  readonly ownCount: number;
  found: number;
}

/** Length of the longest vectors as integers: sums of products stay below 2³¹ at every step. */
const SCREEN_LENGTH = 32_000;
/** By more than this two roundings to 32 bits do not change the product of two such. */
const ROUNDING = 256;
/** Below this product of lengths scores are no ordinary 32-bit numbers, and nothing is left out by its length. */
const LEAST_LENGTHS = 2 ** -100;

/**
 * Exact search for the items whose score is highest and above 0 ("maximum inner product search"), for one query or many.
 *
 * Items are in the order of their vectors' lengths: once the length of the query times that of an item (Cauchy–Schwarz) is below the last of the
 * best, no later item can be among them. Until then an item is screened by 16-bit integers made from both vectors, whose product is off by no
 * more than a known margin; only what passes is scored as the model scores it. So what is found is the model's own answer, to the last bit.
 */
export class InnerProductSearch {
  readonly #dimensions: number;
  readonly #most: number;
  readonly #layout: SearchLayout;
  readonly #kernel: Kernel;
  readonly #integers: Int32Array;
  readonly #halves: Int16Array;
  readonly #floats: Float32Array;
  readonly #doubles: Float64Array;
  readonly #margin: number;
  /** Of each block the length of its longest vector. */
  readonly #lengths: Float64Array;

  /**
   * @param most how many items a query gets at most.
   * @param wanted which items it may get.
   */
  constructor(products: InnerProducts, most: number, wanted: (item: number) => boolean = () => true) {
    const { dimensions } = products;
    const lengths = itemLengths(products);
    const items = Int32Array.from(lengths.keys())
      .filter(item => lengths[item]! > 0 && wanted(item))
      .sort((a, b) => lengths[b]! - lengths[a]! || a - b);
    this.#dimensions = dimensions;
    this.#most = most;
    this.#margin = Math.sqrt(dimensions) * SCREEN_LENGTH + dimensions + ROUNDING;
    this.#layout = searchLayout({ items: items.length, catalogue: lengths.length, dimensions, most });
    const memory = memoryOf(this.#layout.bytes);
    this.#kernel = kernel(memory);
    this.#integers = new Int32Array(memory.buffer);
    this.#halves = new Int16Array(memory.buffer);
    this.#floats = new Float32Array(memory.buffer);
    this.#doubles = new Float64Array(memory.buffer);
    this.#lengths = Float64Array.from(
      { length: Math.ceil(items.length / BLOCK) },
      (_, block) => lengths[items[block * BLOCK]!]!,
    );
    this.#place(products, items);
  }

  /**
   * Of each query the best items, best first, equal scores by item; fewer than `most` where no others score above 0.
   *
   * @throws RangeError for a `most` above that of the constructor.
   */
  search(queries: readonly InnerProductQuery[], most = this.#most): ScoredItem[][] {
    if (most > this.#most)
      throw new RangeError(`${most} items of a query were asked for, at most ${this.#most} can be.`);
    const answers: ScoredItem[][] = [];
    while (answers.length < queries.length) {
      const from = answers.length;
      let to = from + 1;
      let own = queries[from]!.own.length;
      while (to < queries.length && to - from < QUERIES) {
        own += queries[to]!.own.length;
        if (own > this.#layout.ownCapacity) break;
        to++;
      }
      answers.push(...this.#together(queries.slice(from, to), most));
    }
    return answers;
  }

  #together(queries: readonly InnerProductQuery[], most: number): ScoredItem[][] {
    let own = 0;
    const searches = queries.map((query, place) => {
      const search = this.#begin(query, place, own);
      own += query.own.length;
      return search;
    });
    let left = searches.filter(({ length }) => length > 0);
    for (let block = 0; block < this.#lengths.length && left.length > 0; block++)
      left = left.filter(search => this.#look(search, block, most));
    return searches.map(search => this.#best(search, most));
  }

  #begin({ vector, own: ownItems }: InnerProductQuery, place: number, ownBefore: number): Search {
    const { queryVectors, queryScreens, own } = this.#layout;
    const length = lengthOf(vector);
    const first = place * this.#dimensions;
    this.#doubles.set(vector, queryVectors / 8 + first);
    if (length > 0)
      vector.forEach((value, f) => (this.#halves[queryScreens / 2 + first + f] = screened(value, length)));
    this.#integers.set(ownItems, own / 4 + ownBefore);
    return { place, length, own: own + 4 * ownBefore, ownCount: ownItems.length, found: 0 };
  }

  /** Looks through one block; false where neither it nor any later one can hold any of the best. */
  #look(search: Search, block: number, most: number): boolean {
    const { groups, screens, items, multipliers, vectors, queryScreens, queryVectors, best } = this.#layout;
    const { place, length, own, ownCount, found } = search;
    const scale = SCREEN_LENGTH ** 2 / Math.max(length * this.#lengths[block]!, LEAST_LENGTHS);
    const entries = best + place * most * 8;
    const floor = found < most ? 0 : this.#floats[entries / 4 + 2 * most - 1]!;
    if (floor * scale > SCREEN_LENGTH ** 2 + ROUNDING) return false;
    const from = (block * BLOCK) / GROUP;
    search.found = this.#kernel.scanItems(
      from,
      Math.min(groups, from + BLOCK / GROUP),
      screens,
      items,
      multipliers,
      vectors,
      this.#dimensions,
      queryScreens + place * this.#dimensions * 2,
      queryVectors + place * this.#dimensions * 8,
      scale,
      this.#margin,
      own,
      ownCount,
      entries,
      most,
      found,
    );
    return true;
  }

  #best({ place, found }: Search, most: number): ScoredItem[] {
    const first = this.#layout.best / 4 + place * most * 2;
    return Array.from({ length: found }, (_, at) => ({
      item: this.#integers[first + 2 * at]!,
      score: this.#floats[first + 2 * at + 1]!,
    }));
  }

  #place({ dimensions, vectors, multipliers }: InnerProducts, items: Int32Array): void {
    const layout = this.#layout;
    this.#integers.fill(-1, layout.items / 4, layout.items / 4 + layout.groups * GROUP);
    for (let place = 0; place < items.length; place++) {
      const item = items[place]!;
      const multiplier = multipliers?.[item] ?? 1;
      const length = this.#lengths[Math.floor(place / BLOCK)]!;
      const group = Math.floor(place / GROUP) * GROUP;
      const screen = layout.screens / 2 + group * dimensions + 2 * (place - group);
      const vector = layout.vectors / 4 + place * dimensions;
      this.#integers[layout.items / 4 + place] = item;
      this.#floats[layout.multipliers / 4 + place] = multiplier;
      for (let f = 0; f < dimensions; f++) {
        const value = vectors[item * dimensions + f]!;
        this.#floats[vector + f] = value;
        this.#halves[screen + (f >> 1) * 2 * GROUP + (f & 1)] = screened(value * multiplier, length);
      }
    }
  }
}

function itemLengths({ dimensions, vectors, multipliers }: InnerProducts): Float64Array {
  return rowLengths(vectors, dimensions).map((length, item) => length * (multipliers?.[item] ?? 1));
}

function lengthOf(vector: Float64Array): number {
  let squares = 0;
  for (const value of vector) squares += value * value;
  return Math.sqrt(squares);
}

function screened(value: number, length: number): number {
  return Math.round((value / length) * SCREEN_LENGTH);
}
