/** Items in a group: four vectors of integers hold one pair of dimensions of all of them. */
const GROUP: i32 = 16;

/**
 * Looks through groups `from` up to `to` of items for those that belong to the best of one query, and returns how many of its best are
 * found then. `best` has room for `most` entries of an item and its score, best first, equal scores by item; `found` of them are there.
 *
 * An item's score is its `vectors` row · `vector`, rounded to 32 bits, times its `multipliers`, rounded again; only scores above 0 count, and
 * `own` items do not. Before it is computed, the item is screened by its integers in `screens` against those of the query in `screen`:
 * a score is never above (their product + margin) ÷ scale.
 */
export function scanItems(
  from: i32,
  to: i32,
  screens: usize,
  items: usize,
  multipliers: usize,
  vectors: usize,
  dimensions: i32,
  screen: usize,
  vector: usize,
  scale: f64,
  margin: f64,
  own: usize,
  ownCount: i32,
  best: usize,
  most: i32,
  found: i32,
): i32 {
  const end = screen + (usize(dimensions) << 1);
  let threshold = i32x4.splat(thresholdOf(best, most, found, scale, margin));
  let at = screens + usize(from) * (usize(dimensions) << 5);
  for (let group = from; group < to; group++) {
    let a = i32x4.splat(0);
    let b = a;
    let c = a;
    let d = a;
    for (let pair = screen; pair < end; pair += 4) {
      const q = v128.load32_splat(pair);
      a = i32x4.add(a, i32x4.dot_i16x8_s(q, v128.load(at, 0)));
      b = i32x4.add(b, i32x4.dot_i16x8_s(q, v128.load(at, 16)));
      c = i32x4.add(c, i32x4.dot_i16x8_s(q, v128.load(at, 32)));
      d = i32x4.add(d, i32x4.dot_i16x8_s(q, v128.load(at, 48)));
      at += 64;
    }
    a = i32x4.gt_s(a, threshold);
    b = i32x4.gt_s(b, threshold);
    c = i32x4.gt_s(c, threshold);
    d = i32x4.gt_s(d, threshold);
    if (!v128.any_true(v128.or(v128.or(a, b), v128.or(c, d)))) continue;
    let left = i32x4.bitmask(a) | (i32x4.bitmask(b) << 4) | (i32x4.bitmask(c) << 8) | (i32x4.bitmask(d) << 12);
    for (; left != 0; left &= left - 1) {
      const slot = usize(group * GROUP + ctz(left));
      const item = load<i32>(items + (slot << 2));
      if (item < 0) continue;
      const product = innerProduct(vector, vectors + slot * (usize(dimensions) << 2), dimensions);
      const score = f32(f64(product) * f64(load<f32>(multipliers + (slot << 2))));
      if (!(score > 0) || (found == most && !precedes(score, item, best, most - 1)) || holds(own, ownCount, item))
        continue;
      if (found < most) found++;
      insert(score, item, best, found - 1);
      threshold = i32x4.splat(thresholdOf(best, most, found, scale, margin));
    }
  }
  return found;
}

/** What an item's screen must exceed for its score to reach the last of the best; before there are as many, to reach 0. */
function thresholdOf(best: usize, most: i32, found: i32, scale: f64, margin: f64): i32 {
  const floor: f64 = found < most ? 0 : f64(load<f32>(best + (usize(most - 1) << 3), 4));
  return i32(Math.floor(Math.min(floor * scale - margin, i32.MAX_VALUE)));
}

/** Σ query·item in 64 bits, in the order in which models add it up. */
function innerProduct(query: usize, item: usize, dimensions: i32): f32 {
  let a: f64 = 0;
  let b: f64 = 0;
  let c: f64 = 0;
  let d: f64 = 0;
  for (const end = item + (usize(dimensions) << 2); item < end; item += 16) {
    a += load<f64>(query, 0) * f64(load<f32>(item, 0));
    b += load<f64>(query, 8) * f64(load<f32>(item, 4));
    c += load<f64>(query, 16) * f64(load<f32>(item, 8));
    d += load<f64>(query, 24) * f64(load<f32>(item, 12));
    query += 32;
  }
  return f32(a + b + (c + d));
}

/** Whether an item stands before the entry at `place`. */
function precedes(score: f32, item: i32, best: usize, place: i32): bool {
  const entry = best + (usize(place) << 3);
  const other = load<f32>(entry, 4);
  return score > other || (score == other && item < load<i32>(entry));
}

function holds(items: usize, count: i32, item: i32): bool {
  for (const end = items + (usize(count) << 2); items < end; items += 4) if (load<i32>(items) == item) return true;
  return false;
}

/** Puts an item in its place, at `last` at the latest; the entry at `last` is dropped. */
function insert(score: f32, item: i32, best: usize, last: i32): void {
  let place = last;
  for (; place > 0 && precedes(score, item, best, place - 1); place--) {
    const entry = best + (usize(place) << 3);
    store<u64>(entry, load<u64>(entry - 8));
  }
  const entry = best + (usize(place) << 3);
  store<i32>(entry, item);
  store<f32>(entry, score, 4);
}
