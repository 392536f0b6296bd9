import { transpose, type Interactions } from '../../interactions/interactions.js';
import { gramOf } from '../../linear-algebra/gram.js';
import { Random } from '../../random/random.js';
import type { AlsSettings } from '../fit-als.js';

/** ALS by conjugate gradients in 64 bits, one row after the other, as plainly as it can be written: what the kernel must come to. */
export function plainAls(
  train: Interactions,
  { factors, regularisation, alpha, iterations, steps }: AlsSettings,
  seed: number,
): { users: Float64Array; items: Float64Array } {
  const random = new Random(seed);
  const users = new Float64Array(train.userIds.length * factors);
  const items = Float64Array.from({ length: train.itemIds.length * factors }, () => random.next() * 0.01);
  const byItem = transpose(train);
  for (let iteration = 0; iteration < iterations; iteration++) {
    halfStep(train, items, users);
    halfStep(byItem, users, items);
  }
  return { users, items };

  function halfStep(rows: Interactions, fixed: Float64Array, solved: Float64Array): void {
    const gram = gramOf(Float32Array.from(fixed), factors, regularisation);
    for (let row = 0; row < rows.userIds.length; row++) {
      const x = solved.subarray(row * factors, (row + 1) * factors);
      const own = Array.from({ length: rows.rowStarts[row + 1]! - rows.rowStarts[row]! }, (_, at) => {
        const p = rows.rowStarts[row]! + at;
        const y = fixed.subarray(rows.columns[p]! * factors, (rows.columns[p]! + 1) * factors);
        return { y, excess: alpha * rows.values[p]! };
      });
      const apply = (vector: Float64Array): Float64Array => {
        const product = vector.map((_, r) => dot(gram.subarray(r * factors, (r + 1) * factors), vector));
        for (const { y, excess } of own) add(product, excess * dot(y, vector), y);
        return product;
      };
      const residual = apply(x).map(value => -value);
      for (const { y, excess } of own) add(residual, 1 + excess, y);
      const direction = residual.slice();
      let squares = dot(residual, residual);
      for (let step = 0; step < steps && squares > 0; step++) {
        const product = apply(direction);
        const length = squares / dot(direction, product);
        add(x, length, direction);
        add(residual, -length, product);
        const left = dot(residual, residual);
        direction.forEach((value, f) => (direction[f] = residual[f]! + (left / squares) * value));
        squares = left;
      }
    }
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, f) => sum + value * b[f]!, 0);
}

function add(into: Float64Array, factor: number, from: Float64Array): void {
  from.forEach((value, f) => (into[f]! += factor * value));
}
