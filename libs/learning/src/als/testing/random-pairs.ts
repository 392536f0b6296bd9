import type { Interactions } from '../../interactions/interactions.js';
import { Random } from '../../random/random.js';

/** Which pairs {@link randomPairs} makes. */
export interface PairsShape {
  readonly users: number;
  readonly items: number;
  /** Pairs of a user on average. */
  readonly perUser: number;
  readonly seed: number;
}

/**
 * Pairs as in a shop: few users have many items, few items have many users, and half of a user's items come from the
 * user's own tenth of the catalogue. Values are 1 to 5.
 */
export function randomPairs({ users, items, perUser, seed }: PairsShape): Interactions {
  const random = new Random(seed);
  const rowStarts = new Int32Array(users + 1);
  const columns: number[] = [];
  const values: number[] = [];
  for (let user = 0; user < users; user++) {
    const count = Math.min(items / 4, 1 + Math.floor(-Math.log(1 - random.next()) * (perUser - 0.5)));
    const taste = random.nextInt(10);
    const own = new Set<number>();
    while (own.size < count) {
      const item = Math.floor(items * random.next() ** 2.5);
      own.add(random.next() < 0.5 ? item : Math.min(items - 1, item - (item % 10) + taste));
    }
    for (const item of [...own].sort((a, b) => a - b)) {
      columns.push(item);
      values.push(1 + random.nextInt(5));
    }
    rowStarts[user + 1] = columns.length;
  }
  return {
    userIds: Array.from({ length: users }, (_, user) => `u${user}`),
    itemIds: Array.from({ length: items }, (_, item) => `i${item}`),
    rowStarts,
    columns: Int32Array.from(columns),
    values: Float32Array.from(values),
  };
}
