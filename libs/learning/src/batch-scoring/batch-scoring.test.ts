import { afterEach, describe, expect, it } from 'vitest';
import { AlsModel } from '../affinity/als-model.js';
import type { AffinityModel, HistoryItem } from '../affinity/affinity-model.js';
import { BlendModel } from '../affinity/blend-model.js';
import { PopularityModel } from '../affinity/popularity-model.js';
import { topItems } from '../affinity/top-items.js';
import { TrendModel } from '../affinity/trend-model.js';
import { Random } from '../random/random.js';
import { TaskFailedError } from '../workers/task-failed-error.js';
import { BatchScoring } from './batch-scoring.js';
import type { HistoryBatch, TopLists } from './history-batch.js';

const ITEMS = 400;
const random = new Random(4);
const itemIds = Array.from({ length: ITEMS }, (_, item) => String(item).padStart(4, '0'));
const als = new AlsModel({
  itemIds,
  itemFactors: Float32Array.from({ length: ITEMS * 16 }, () => random.nextNormal()),
  stride: 16,
  alpha: 1,
  regularisation: 1,
  parameters: {},
});
const popular = new PopularityModel(
  itemIds,
  Float32Array.from({ length: ITEMS }, () => random.nextInt(5)),
);
const trend = new TrendModel(
  als,
  Float32Array.from({ length: ITEMS }, () => 0.5 + random.next()),
  {},
);
const blend = new BlendModel(
  [
    { model: als, weight: 1 },
    { model: popular, weight: 0.5 },
  ],
  {},
);
const models: readonly AffinityModel[] = [als, trend, blend, popular];
const histories = Array.from({ length: 90 }, (): HistoryItem[] =>
  [...new Set(Array.from({ length: random.nextInt(9) }, () => random.nextInt(ITEMS)))].map(item => ({
    item,
    weight: Math.log1p(1 + random.nextInt(4)),
  })),
);
const wanted = Uint8Array.from({ length: ITEMS }, (_, item) => (item % 3 === 0 ? 0 : 1));

function batchOf(model: number, rows: readonly HistoryItem[][]): HistoryBatch {
  const starts = Int32Array.from([0, ...rows.map((_, row) => rows.slice(0, row + 1).flat().length)]);
  const items = Int32Array.from(rows.flat(), ({ item }) => item);
  const weights = Float64Array.from(rows.flat(), ({ weight }) => weight);
  return { model, most: 12, wanted, starts, items, weights, ownStarts: starts, own: items };
}

function listsOf({ starts, items, scores }: TopLists): { item: number; score: number }[][] {
  return Array.from({ length: starts.length - 1 }, (_, row) =>
    Array.from(items.subarray(starts[row], starts[row + 1]), (item, at) => ({
      item,
      score: scores[starts[row]! + at]!,
    })),
  );
}

function scored(model: AffinityModel, history: readonly HistoryItem[]): { item: number; score: number }[] {
  const scores = new Float32Array(ITEMS);
  model.score(history, scores);
  const own = new Set(history.map(({ item }) => item));
  return topItems(scores, 12, item => wanted[item] !== 1 || !(scores[item]! > 0) || own.has(item));
}

let scoring: BatchScoring | undefined;

afterEach(() => scoring?.close());

describe('BatchScoring', () => {
  it.each([1, 3])('gives what each model says of each history, with %i threads', async threads => {
    scoring = new BatchScoring(models, threads);
    const batches = models.flatMap((_, model) => [
      batchOf(model, histories.slice(0, 40)),
      batchOf(model, histories.slice(40)),
    ]);
    const lists = (await scoring.top(batches)).flatMap(listsOf);
    expect(lists).toEqual(models.flatMap(model => histories.map(history => scored(model, history))));
  });

  it('follows which items are wanted from one batch to the next', async () => {
    scoring = new BatchScoring(models, 1);
    const all = { ...batchOf(0, histories), wanted: new Uint8Array(ITEMS).fill(1) };
    const [before, without] = (await scoring.top([all, batchOf(0, histories)])).map(listsOf);
    expect(without).toEqual(histories.map(history => scored(als, history)));
    expect(before).not.toEqual(without);
  });

  it('fails with what went wrong in a thread', async () => {
    scoring = new BatchScoring(models, 2);
    await expect(scoring.top([batchOf(models.length, histories)])).rejects.toThrow(TaskFailedError);
  });
});
