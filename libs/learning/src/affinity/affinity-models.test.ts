import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildInteractions } from '../interactions/interactions-builder.js';
import type { Interactions } from '../interactions/interactions.js';
import { Random } from '../random/random.js';
import type { AffinityModel, HistoryItem, ModelParameters } from './affinity-model.js';
import type { AffinityTrainer } from './affinity-trainer.js';
import { blendIngredients, blendParameters, type BlendIngredient } from './blend-trainer.js';
import { deserializeAffinityModel } from './deserialize-affinity-model.js';
import { BlendModel } from './blend-model.js';
import { PopularityModel } from './popularity-model.js';
import { ModelFormatError } from './model-file.js';
import { affinityTrainer, affinityTrainers } from './trainers.js';
import { topItems } from './top-items.js';
import { TrendModel } from './trend-model.js';

/** Two tastes of 8 items each; customers buy mostly from one. */
export function twoTastes(customers: number, seed: number): Interactions {
  const random = new Random(seed);
  return buildInteractions(
    Array.from({ length: customers * 6 }, (_, p): [string, string, number, number] => {
      const customer = p % customers;
      const own = customer % 2;
      const taste = random.next() < 0.9 ? own : 1 - own;
      const item = taste * 8 + random.nextInt(8);
      return [
        `c${String(customer).padStart(3, '0')}`,
        `i${String(item).padStart(2, '0')}`,
        Math.log1p(1 + random.nextInt(5)),
        Math.floor(p / customers),
      ];
    }),
  );
}

const train = twoTastes(120, 1);
const history: HistoryItem[] = [
  { item: 0, weight: 1.1 },
  { item: 2, weight: 0.7 },
  { item: 9, weight: 0.4 },
];

function scores(model: AffinityModel, of: readonly HistoryItem[] = history): number[] {
  const into = new Float32Array(model.itemIds.length);
  model.score(of, into);
  return [...into];
}

function parametersOf({ name, routine }: AffinityTrainer): ModelParameters {
  if (name !== 'blend') return routine[0] ?? {};
  return blendParameters([
    { trainer: 'cosine', parameters: { neighbours: 20 }, weight: 0.5 },
    { trainer: 'als', parameters: affinityTrainer('als').routine[0] ?? {}, weight: 1 },
    { trainer: 'popularity', parameters: {}, weight: 0.1 },
  ]);
}

async function trainAll(): Promise<(readonly [string, AffinityModel])[]> {
  const single = await Promise.all(
    affinityTrainers.map(
      async trainer => [trainer.name, await trainer.fit(train, parametersOf(trainer), { seed: 5 })] as const,
    ),
  );
  const ease = await affinityTrainer('ease').fit(train, affinityTrainer('ease').routine[0] ?? {}, { seed: 5 });
  const factors = Float32Array.from(train.itemIds, (_, item) => 0.5 + item / 10);
  return [...single, ['trend', new TrendModel(ease, factors, {})]];
}

const trained = await trainAll();
const itemModels = trained.filter(([name]) => ['bought-together', 'cosine', 'bm25', 'ease'].includes(name));

describe.each(itemModels)('the shares of %s', (_, model) => {
  it('are exactly what each past product adds to the score', () => {
    const whole = scores(model);
    for (const item of [1, 5, 12]) {
      const shares = new Map(model.contributions(history, item).map(({ item: past, share }) => [past, share]));
      for (const past of history) {
        const alone = scores(model, [past])[item]!;
        expect((shares.get(past.item) ?? 0) * whole[item]!).toBeCloseTo(alone, 5);
      }
    }
  });
});

describe.each(trained)('%s', (name, model) => {
  it('comes back from its bytes, byte for byte and score for score', () => {
    const bytes = model.serialize();
    const again = deserializeAffinityModel(bytes);
    expect(again.kind).toBe(model.kind);
    expect(again.itemIds).toEqual(model.itemIds);
    expect(again.serialize()).toEqual(bytes);
    expect(scores(again)).toEqual(scores(model));
  });

  it('is the same for the same data and seed', async () => {
    const twin = (await trainAll()).find(([other]) => other === name)?.[1];
    expect(twin?.serialize()).toEqual(model.serialize());
  });

  it('gives shares that add up to 1, or none', () => {
    for (const item of [1, 5, 12]) {
      const shares = model.contributions(history, item);
      if (shares.length > 0) expect(shares.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 6);
      expect([...shares].sort((a, b) => b.share - a.share || a.item - b.item)).toEqual(shares);
    }
  });

  it('scores an empty history without failing', () => {
    expect(scores(model, []).every(Number.isFinite)).toBe(true);
  });

  it('finds similar items, never the item itself', () => {
    const similar = model.similar(3, 5);
    expect(similar.length).toBeGreaterThan(0);
    expect(similar.map(({ item }) => item)).not.toContain(3);
    expect([...similar].sort((a, b) => b.score - a.score || a.item - b.item)).toEqual(similar);
  });
});

describe('prefers the taste of the history', () => {
  const personal = trained.filter(([name]) => !/^(popularity|trend)/.test(name));

  it.each(personal)('%s', (_, model) => {
    const found = scores(
      model,
      [0, 1, 2].map(item => ({ item, weight: 1 })),
    );
    const mean = (items: readonly number[]) => items.reduce((sum, item) => sum + found[item]!, 0) / items.length;
    expect(mean([3, 4, 5, 6, 7])).toBeGreaterThan(mean([8, 9, 10, 11, 12, 13, 14, 15]));
  });
});

describe('contributions of item models', () => {
  it.each(['cosine', 'bm25', 'ease', 'bought-together'])(
    '%s: the parts of the history alone add up to the score',
    async name => {
      const model = await affinityTrainer(name).fit(train, affinityTrainer(name).routine[0] ?? {}, { seed: 1 });
      const whole = scores(model);
      const parts = history.map(past => scores(model, [past]));
      for (const { item, share } of model.contributions(history, 5)) {
        const at = history.findIndex(past => past.item === item);
        expect(share * whole[5]!).toBeCloseTo(parts[at]![5]!, 5);
      }
    },
  );
});

describe('blend', () => {
  it('keeps its ingredients in plain parameters', () => {
    const ingredients: BlendIngredient[] = [
      { trainer: 'ease', parameters: { regularisation: 6, dropout: 0.2 }, weight: 1 },
      { trainer: 'bought-together', parameters: { neighbours: 50 }, weight: 0.2 },
    ];
    expect(blendIngredients({ viewWeight: 0.5, ...blendParameters(ingredients) })).toEqual(ingredients);
    expect(() => blendIngredients({ 'als.factors': 8 })).toThrow();
  });

  it('does not depend on the units in which a part scores', () => {
    const shares = Float32Array.from(train.itemIds, (_, item) => 1 / (1 + item));
    const units = [1, 1000].map(unit => {
      const popularity = new PopularityModel(
        train.itemIds,
        shares.map(share => share * unit),
      );
      const cosine = trained.find(([name]) => name === 'cosine')![1];
      return scores(
        new BlendModel(
          [popularity, cosine].map(model => ({ model, weight: 1 })),
          {},
        ),
      );
    });
    units[0]!.forEach((score, item) => expect(units[1]![item]).toBeCloseTo(score, 4));
  });
});

describe('deserializeAffinityModel', () => {
  it('refuses bytes that are no model, or half of one', () => {
    const bytes = trained[0]![1].serialize();
    expect(() => deserializeAffinityModel(new Uint8Array(40))).toThrow(ModelFormatError);
    expect(() => deserializeAffinityModel(bytes.subarray(0, bytes.length - 8))).toThrow(ModelFormatError);
  });
});

describe('topItems', () => {
  it('equals sorting everything', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -3, max: 3 })), fc.integer({ min: 0, max: 12 }), (values, n) => {
        const sorted = values
          .map((score, item) => ({ item, score }))
          .sort((a, b) => b.score - a.score || a.item - b.item);
        expect(topItems(values, n)).toEqual(sorted.slice(0, n));
        const even = sorted.filter(({ item }) => item % 2 === 0);
        expect(topItems(values, n, item => item % 2 === 1)).toEqual(even.slice(0, n));
      }),
    );
  });
});
