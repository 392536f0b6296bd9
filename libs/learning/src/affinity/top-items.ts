import type { ScoredItem } from './affinity-model.js';

/**
 * The `n` highest scores, best first, ties by index, items with `skip(item)` left out. A heap of n entries: one pass.
 */
export function topItems(
  scores: ArrayLike<number>,
  n: number,
  skip: (item: number) => boolean = () => false,
): ScoredItem[] {
  const heap: ScoredItem[] = [];
  if (n === 0) return heap;
  let floor = -Infinity;
  let full = false;
  for (let item = 0; item < scores.length; item++) {
    const score = scores[item]!;
    if (full ? !(score > floor) : Number.isNaN(score)) continue;
    if (skip(item)) continue;
    if (!full) {
      heap.push({ item, score });
      siftUp(heap);
      full = heap.length === n;
    } else {
      heap[0] = { item, score };
      siftDown(heap);
    }
    if (full) floor = heap[0]!.score;
  }
  return heap.sort((a, b) => b.score - a.score || a.item - b.item);
}

function worse(a: ScoredItem, b: ScoredItem): boolean {
  return a.score < b.score || (a.score === b.score && a.item > b.item);
}

function siftUp(heap: ScoredItem[]): void {
  let at = heap.length - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!worse(heap[at]!, heap[parent]!)) return;
    swap(heap, at, parent);
    at = parent;
  }
}

function siftDown(heap: ScoredItem[]): void {
  let at = 0;
  for (;;) {
    let least = at;
    for (const child of [2 * at + 1, 2 * at + 2]) {
      if (child < heap.length && worse(heap[child]!, heap[least]!)) least = child;
    }
    if (least === at) return;
    swap(heap, at, least);
    at = least;
  }
}

function swap(heap: ScoredItem[], a: number, b: number): void {
  const kept = heap[a]!;
  heap[a] = heap[b]!;
  heap[b] = kept;
}
