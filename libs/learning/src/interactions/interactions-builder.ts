import type { Interactions } from './interactions.js';

/**
 * Collects (user, item, value) rows in any order and sums the values of a repeated pair. The sum does not depend on
 * the order of the rows: the values of a pair are added smallest first, in 64 bits.
 */
export class InteractionsBuilder {
  readonly #users = new Map<string, number>();
  readonly #items = new Map<string, number>();
  #rowUsers = new Int32Array(1024);
  #rowItems = new Int32Array(1024);
  #rowValues = new Float64Array(1024);
  #rowDays = new Int32Array(1024);
  #length = 0;
  #isDated = true;

  /** @param items that are columns of the matrix in any case. */
  constructor(items: Iterable<string> = []) {
    for (const item of items) indexIn(this.#items, item);
  }

  /** Rows added so far. */
  get length(): number {
    return this.#length;
  }

  /**
   * @param day of the row, counted from 1970; none where it is not known.
   * @throws RangeError when the value is not a finite number.
   */
  add(user: string, item: string, value: number, day?: number): void {
    if (!Number.isFinite(value)) {
      throw new RangeError(`Interaction of ${user} with ${item} has the value ${value}; it must be a finite number.`);
    }
    if (this.#length === this.#rowUsers.length) this.#grow();
    this.#rowUsers[this.#length] = indexIn(this.#users, user);
    this.#rowItems[this.#length] = indexIn(this.#items, item);
    this.#rowValues[this.#length] = value;
    if (day === undefined) this.#isDated = false;
    else this.#rowDays[this.#length] = day;
    this.#length += 1;
  }

  build(): Interactions {
    const users = sortedIds(this.#users);
    const items = sortedIds(this.#items);
    const rowUsers = this.#rowUsers.subarray(0, this.#length).map(user => users.position[user]!);
    const rowItems = this.#rowItems.subarray(0, this.#length).map(item => items.position[item]!);
    const byItem = stableOrder(undefined, rowItems, items.ids.length);
    const order = stableOrder(byItem, rowUsers, users.ids.length);

    const rowStarts = new Int32Array(users.ids.length + 1);
    const columns = new Int32Array(this.#length);
    const values = new Float32Array(this.#length);
    const lastDays = new Int32Array(this.#length);
    let filled = 0;
    for (let start = 0; start < order.length;) {
      const user = rowUsers[order[start]!]!;
      const item = rowItems[order[start]!]!;
      let end = start + 1;
      while (end < order.length && rowUsers[order[end]!] === user && rowItems[order[end]!] === item) end += 1;
      columns[filled] = item;
      values[filled] = end - start === 1 ? this.#rowValues[order[start]!]! : this.#sum(order.subarray(start, end));
      lastDays[filled] = this.#lastDay(order, start, end);
      filled += 1;
      rowStarts[user + 1] = filled;
      start = end;
    }
    for (let u = 1; u < rowStarts.length; u++) rowStarts[u] = Math.max(rowStarts[u]!, rowStarts[u - 1]!);
    return {
      userIds: users.ids,
      itemIds: items.ids,
      rowStarts,
      columns: columns.slice(0, filled),
      values: values.slice(0, filled),
      ...(this.#isDated && { lastDays: lastDays.slice(0, filled) }),
    };
  }

  #lastDay(order: Int32Array, start: number, end: number): number {
    let last = -Infinity;
    for (let at = start; at < end; at++) last = Math.max(last, this.#rowDays[order[at]!]!);
    return last;
  }

  #sum(rows: Int32Array): number {
    const parts = Float64Array.from(rows, row => this.#rowValues[row]!).sort();
    return parts.reduce((total, part) => total + part, 0);
  }

  #grow(): void {
    const size = this.#length * 2;
    this.#rowUsers = resized(this.#rowUsers, new Int32Array(size));
    this.#rowItems = resized(this.#rowItems, new Int32Array(size));
    this.#rowValues = resized(this.#rowValues, new Float64Array(size));
    this.#rowDays = resized(this.#rowDays, new Int32Array(size));
  }
}

/** Builds the matrix from rows in one go. */
export function buildInteractions(
  rows: Iterable<readonly [user: string, item: string, value: number, day?: number]>,
): Interactions {
  const builder = new InteractionsBuilder();
  for (const row of rows) builder.add(...row);
  return builder.build();
}

function indexIn(ids: Map<string, number>, id: string): number {
  const known = ids.get(id);
  if (known !== undefined) return known;
  ids.set(id, ids.size);
  return ids.size - 1;
}

function sortedIds(arrived: Map<string, number>): { ids: string[]; position: Int32Array } {
  const ids = [...arrived.keys()].sort();
  const position = new Int32Array(ids.length);
  ids.forEach((id, at) => {
    position[arrived.get(id) ?? 0] = at;
  });
  return { ids, position };
}

function stableOrder(previous: Int32Array | undefined, keys: Int32Array, keyCount: number): Int32Array<ArrayBuffer> {
  const next = new Int32Array(keyCount + 1);
  for (const key of keys) next[key + 1]! += 1;
  for (let k = 0; k < keyCount; k++) next[k + 1]! += next[k]!;
  const order = new Int32Array(keys.length);
  for (let at = 0; at < keys.length; at++) {
    const row = previous ? previous[at]! : at;
    order[next[keys[row]!]!++] = row;
  }
  return order;
}

function resized<T extends Int32Array<ArrayBuffer> | Float64Array<ArrayBuffer>>(from: T, into: T): T {
  into.set(from);
  return into;
}
