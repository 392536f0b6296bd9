/** A source of random choices that gives the same ones for the same seed. */
export class SeededRandom {
  #state: number;

  constructor(seed: number) {
    this.#state = (scrambled(seed) % 2147483646) + 1;
  }

  /** The next number, from 0 to less than 1 (Park and Miller, Communications of the ACM 31, 1988). */
  next(): number {
    this.#state = (this.#state * 48271) % 2147483647;
    return (this.#state - 1) / 2147483646;
  }

  /** A whole number from 0 to less than `limit`. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  /** One of a list. */
  pick<T>(list: readonly [T, ...T[]]): T {
    return list[this.below(list.length)] ?? list[0];
  }
}

/** The seeds of rounds follow each other; without this so would their first choices (MurmurHash3's finalizer). */
function scrambled(seed: number): number {
  let hash = Math.trunc(seed) | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
