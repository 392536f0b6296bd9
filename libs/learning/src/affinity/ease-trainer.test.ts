import { describe, expect, it } from 'vitest';
import { buildInteractions } from '../interactions/interactions-builder.js';
import { Random } from '../random/random.js';
import { easeTrainer } from './ease-trainer.js';

const random = new Random(11);
const train = buildInteractions(
  Array.from({ length: 400 }, (): [string, string, number] => [`u${random.nextInt(60)}`, `i${random.nextInt(20)}`, 1]),
);
const n = train.itemIds.length;

/** Least squares of each item on all others with the ridge, solved one by one: what the closed form must equal. */
function itemByItem(target: number, ridge: number): number[] {
  const gram = Array.from({ length: n }, () => new Array<number>(n).fill(0));
  train.userIds.forEach((_, u) => {
    const own = train.columns.subarray(train.rowStarts[u], train.rowStarts[u + 1]);
    for (const a of own) for (const b of own) gram[a]![b]! += 1;
  });
  const others = [...train.itemIds.keys()].filter(item => item !== target);
  const system = others.map(r => [...others.map(c => gram[r]![c]! + (r === c ? ridge : 0)), gram[r]![target]!]);
  for (let c = 0; c < others.length; c++) {
    for (let r = 0; r < others.length; r++) {
      if (r === c) continue;
      const factor = system[r]![c]! / system[c]![c]!;
      for (let k = c; k <= others.length; k++) system[r]![k]! -= factor * system[c]![k]!;
    }
  }
  const weights = new Array<number>(n).fill(0);
  others.forEach((item, r) => (weights[item] = system[r]![others.length]! / system[r]![r]!));
  return weights;
}

describe('EASE^R', () => {
  it('has the weights of a ridge regression of each item on the others', async () => {
    const regularisation = 0.5;
    const ridge = (regularisation * train.columns.length) / n;
    const model = await easeTrainer.fit(
      train,
      { regularisation, dropout: 0, userDamping: 0, maxItems: 100, neighbours: 100 },
      { seed: 1 },
    );
    const scores = new Float32Array(n);
    for (let target = 0; target < n; target++) {
      const expected = itemByItem(target, ridge);
      for (let past = 0; past < n; past++) {
        model.score([{ item: past, weight: 3 }], scores);
        expect(scores[target]).toBeCloseTo(expected[past]!, 5);
      }
    }
  });

  it('keeps to the items with the most customers', async () => {
    const model = await easeTrainer.fit(
      train,
      { regularisation: 1, dropout: 0.2, userDamping: 0.5, maxItems: 5, neighbours: 100 },
      { seed: 1 },
    );
    const customers = train.itemIds.map((_, item) => train.columns.filter(column => column === item).length);
    const scores = new Float32Array(n);
    model.score(
      train.itemIds.map((_, item) => ({ item, weight: 1 })),
      scores,
    );
    const scored = [...scores.keys()].filter(item => scores[item] !== 0);
    const left = [...scores.keys()].filter(item => scores[item] === 0);
    expect(scored).toHaveLength(5);
    expect(Math.min(...scored.map(item => customers[item]!))).toBeGreaterThanOrEqual(
      Math.max(...left.map(item => customers[item]!)),
    );
  });
});
