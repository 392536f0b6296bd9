import { describe, expect, it } from 'vitest';
import { buildInteractions } from '../interactions/interactions-builder.js';
import { Random } from '../random/random.js';
import { AlsModel } from './als-model.js';
import { alsTrainer } from './als-trainer.js';

const STRIDE = 4;
const random = new Random(3);
const rows = buildInteractions(
  Array.from({ length: 90 }, (): [string, string, number] => [
    `u${random.nextInt(12)}`,
    `i${random.nextInt(15)}`,
    0.2 + random.next(),
  ]),
);
const fixed = Float32Array.from({ length: rows.itemIds.length * STRIDE }, () => random.nextNormal());

/** Solves (Σ c y yᵀ over all items + λI) x = Σ c p y for one customer by Gaussian elimination on the dense system. */
function denseSolution(user: number, alpha: number, regularisation: number): number[] {
  const system = Array.from({ length: STRIDE }, (_, r) =>
    Array.from({ length: STRIDE + 1 }, (_, c) => (r === c ? regularisation : 0)),
  );
  for (let item = 0; item < rows.itemIds.length; item++) {
    let value = 0;
    for (let p = rows.rowStarts[user]!; p < rows.rowStarts[user + 1]!; p++)
      if (rows.columns[p] === item) value = rows.values[p]!;
    const confidence = 1 + alpha * value;
    for (let r = 0; r < STRIDE; r++) {
      for (let c = 0; c < STRIDE; c++)
        system[r]![c]! += confidence * fixed[item * STRIDE + r]! * fixed[item * STRIDE + c]!;
      if (value > 0) system[r]![STRIDE]! += confidence * fixed[item * STRIDE + r]!;
    }
  }
  for (let c = 0; c < STRIDE; c++) {
    for (let r = 0; r < STRIDE; r++) {
      if (r === c) continue;
      const factor = system[r]![c]! / system[c]![c]!;
      for (let k = c; k <= STRIDE; k++) system[r]![k]! -= factor * system[c]![k]!;
    }
  }
  return system.map((row, r) => row[STRIDE]! / row[r]!);
}

describe('AlsModel', () => {
  it('fold-in is the exact solution', () => {
    const model = new AlsModel({
      itemIds: rows.itemIds,
      itemFactors: fixed,
      stride: STRIDE,
      alpha: 2,
      regularisation: 0.5,
      parameters: {},
    });
    rows.userIds.forEach((_, user) => {
      const history = Array.from({ length: rows.rowStarts[user + 1]! - rows.rowStarts[user]! }, (_, at) => ({
        item: rows.columns[rows.rowStarts[user]! + at]!,
        weight: rows.values[rows.rowStarts[user]! + at]!,
      }));
      const found = model.foldIn(history);
      denseSolution(user, 2, 0.5).forEach((value, f) => expect(found[f]).toBeCloseTo(value, 8));
    });
  });

  it('a contribution is exactly what the past item adds to the dot product', () => {
    const model = new AlsModel({
      itemIds: rows.itemIds,
      itemFactors: fixed,
      stride: STRIDE,
      alpha: 1,
      regularisation: 1,
      parameters: {},
    });
    const history = [
      { item: 1, weight: 0.5 },
      { item: 4, weight: 1.5 },
      { item: 6, weight: 1 },
    ];
    const scores = new Float32Array(rows.itemIds.length);
    model.score(history, scores);
    const amounts = model.contributions(history, 8).map(({ share }) => share * scores[8]!);
    expect(amounts).toHaveLength(3);
    expect(amounts.reduce((sum, amount) => sum + amount, 0)).toBeCloseTo(scores[8]!, 5);
  });
});

it.each([8, 16, 32, 64])('learns %i factors of fewer products and customers', async factors => {
  for (const count of [2, 5, 15]) {
    const few = buildInteractions(
      Array.from({ length: 160 }, (_, at): [string, string, number] => [
        `u${at % 40}`,
        `i${random.nextInt(count)}`,
        Math.log1p(1 + random.nextInt(3)),
      ]),
    );
    const parameters = { factors, regularisation: 1, alpha: 1, iterations: 10 };
    const model = await alsTrainer.fit(few, parameters, { seed: 1 });
    const scores = new Float32Array(few.itemIds.length);
    model.score([{ item: 0, weight: 1 }], scores);
    expect(scores.every(Number.isFinite)).toBe(true);
  }
});
