import type { ScoredItem } from './affinity-model.js';

/**
 * The `n` highest scores, best first, ties by index. Left out: items with `skip(item)`, scores of NaN or −∞. A heap of n
 * entries: one pass.
 */
export function topItems(
  scores: ArrayLike<number>,
  n: number,
  skip: (item: number) => boolean = () => false,
): ScoredItem[] {
  if (n === 0) return [];
  const heap = new WorstFirst(Math.min(n, scores.length));
  let floor = heap.floor;
  for (let item = 0; item < scores.length; item++) {
    const score = scores[item]!;
    if (!(score > floor) || skip(item)) continue;
    heap.add(item, score);
    floor = heap.floor;
  }
  return heap.drain();
}

/** A heap of items with the lowest score on top, of equal ones the highest index. Items are added by rising index. */
class WorstFirst {
  readonly #items: Int32Array;
  readonly #scores: Float64Array;
  #size = 0;

  constructor(capacity: number) {
    this.#items = new Int32Array(capacity);
    this.#scores = new Float64Array(capacity);
  }

  /** What a score must exceed to be among the best. */
  get floor(): number {
    return this.#size < this.#items.length ? -Infinity : this.#scores[0]!;
  }

  /** Adds an item above the floor, in place of the worst once the heap is full. */
  add(item: number, score: number): void {
    if (this.#size < this.#items.length) this.#rise(this.#size++, item, score);
    else this.#sink(item, score);
  }

  /** Takes all out, best first. */
  drain(): ScoredItem[] {
    const ranked = new Array<ScoredItem>(this.#size);
    while (this.#size > 0) {
      const last = --this.#size;
      ranked[last] = { item: this.#items[0]!, score: this.#scores[0]! };
      this.#sink(this.#items[last]!, this.#scores[last]!);
    }
    return ranked;
  }

  #rise(at: number, item: number, score: number): void {
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#worse(item, score, parent)) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#items[at] = item;
    this.#scores[at] = score;
  }

  /** Puts an item in the place of the top one. */
  #sink(item: number, score: number): void {
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.#size) break;
      if (child + 1 < this.#size && this.#worse(this.#items[child + 1]!, this.#scores[child + 1]!, child)) child++;
      if (this.#worse(item, score, child)) break;
      this.#move(child, at);
      at = child;
    }
    this.#items[at] = item;
    this.#scores[at] = score;
  }

  #worse(item: number, score: number, than: number): boolean {
    const other = this.#scores[than]!;
    return score < other || (score === other && item > this.#items[than]!);
  }

  #move(from: number, to: number): void {
    this.#items[to] = this.#items[from]!;
    this.#scores[to] = this.#scores[from]!;
  }
}
