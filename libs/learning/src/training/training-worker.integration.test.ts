import { randomUUID } from 'node:crypto';
import { MongoClient, type Db } from 'mongodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { deserializeAffinityModel } from '../affinity/deserialize-affinity-model.js';
import type { OrderLine } from '../evaluation/user-time-split.js';
import { Random } from '../random/random.js';
import { ModelRegistry } from '../registry/model-registry.js';
import { affinityJob } from './affinity-job.js';
import { EmbeddedTrainer } from './embedded/embedded-trainer.js';
import { withExport } from './export-job.js';
import type { Trainer } from './trainer.js';
import type { TrainingRun } from './training-run.js';
import { TrainingRuns } from './training-runs.js';
import { TuningTrials } from '../tuning/tuning-trials.js';
import { TrainingWorker, type TrainingJob, type TrainingWorkerOptions } from './training-worker.js';

let client: MongoClient;
let db: Db;
let runs: TrainingRuns;
let registry: ModelRegistry;
const workers: TrainingWorker[] = [];

beforeAll(async () => {
  client = await MongoClient.connect(inject('mongodbUri'));
  db = client.db(`training-${randomUUID()}`);
});

afterAll(async () => {
  await db.dropDatabase();
  await client.close();
});

beforeEach(async () => {
  await db.dropDatabase();
  runs = new TrainingRuns(db);
  registry = new ModelRegistry(db);
  await Promise.all([runs.prepare(), registry.prepare()]);
});

afterEach(() => Promise.all(workers.splice(0).map(worker => worker.stop())));

function startWorker(jobs: Record<string, TrainingJob>, more: Partial<TrainingWorkerOptions> = {}): TrainingWorker {
  const worker = new TrainingWorker({ runs, registry, jobs, pollMs: 20, ...more });
  workers.push(worker);
  worker.start();
  return worker;
}

function ended(id: string, status: TrainingRun['status']): Promise<TrainingRun> {
  return vi.waitFor(
    async () => {
      const run = await runs.get(id);
      expect(run?.status).toBe(status);
      if (!run) throw new Error('no run');
      return run;
    },
    { timeout: 60_000, interval: 50 },
  );
}

function purchases(customers: number, seed: number): OrderLine[] {
  const random = new Random(seed);
  return Array.from({ length: customers * 12 }, (_, at) => {
    const customer = at % customers;
    const order = Math.floor(at / customers / 3);
    return {
      customerId: `c${customer}`,
      orderId: `c${customer}-${order}`,
      orderedAtMs: order * 1000,
      productId: `p${(customer % 2) * 10 + random.nextInt(10)}`,
      quantity: 1 + random.nextInt(4),
    };
  });
}

async function* slowly<T>(rows: readonly T[]): AsyncGenerator<T> {
  for (const row of rows) yield row;
}

const trainer = new EmbeddedTrainer();
const version = {
  kind: 'test',
  trainedAt: new Date(),
  trainer: 'embedded',
  dataFingerprint: '',
  parameters: {},
  seed: 1,
  metrics: {},
  durationMs: 1,
};
const job =
  (promote: boolean): TrainingJob =>
  () =>
    Promise.resolve({
      kind: 'trained',
      draft: { ...version, name: 'm', artifact: new Uint8Array([1]) },
      decision: { promote, reason: promote ? 'better' : 'worse' },
    });

const unused = (): never => {
  throw new Error('nothing is trained here');
};

describe('TrainingWorker', () => {
  it('trains recommendations from purchases, promotes the winner, and the artifact scores', async () => {
    const input = () => ({ purchases: slowly(purchases(60, 1)) });
    startWorker({ product_affinity: affinityJob({ modelName: 'product_affinity', trainer, input }) });
    const run = await ended(await runs.request('product_affinity', { by: 'test' }), 'succeeded');
    expect(run).toMatchObject({ version: 1, promoted: true, progress: 1, attempts: 1 });
    const live = await registry.live('product_affinity');
    expect(live?.metrics).toHaveProperty('NDCG5');
    expect(live?.metrics).toHaveProperty('candidates.popularity.NDCG5');
    const model = deserializeAffinityModel(await registry.load(live!));
    const scores = new Float32Array(model.itemIds.length);
    model.score([{ item: 0, weight: 1 }], scores);
    expect(scores.some(score => score > 0)).toBe(true);
    const again = await ended(await runs.request('product_affinity'), 'succeeded');
    const second = await registry.get('product_affinity', again.version ?? 0);
    expect(second.artifact.sha256).toBe(live?.artifact.sha256);
    expect(second.dataFingerprint).toBe(live?.dataFingerprint);
  });

  it('keeps the trials of a tuning, and the next training tries the best of them', async () => {
    const input = () => ({ purchases: purchases(60, 1) });
    const trials = new TuningTrials(db);
    startWorker({ product_affinity: affinityJob({ modelName: 'product_affinity', trainer, input, trials }) });
    const tuned = await ended(await runs.request('product_affinity', { tune: { budgetSeconds: 5 } }), 'succeeded');
    expect(tuned.reason).toMatch(/^\d+ trials/);
    expect(tuned.version).toBeUndefined();
    const [kept] = await trials.list('product_affinity');
    expect(kept?.score).toBeGreaterThanOrEqual(0);
    const better = {
      ...kept!,
      trainer: 'cosine',
      parameters: { neighbours: 7 },
      share: 1,
      score: 1,
      rows: kept!.rows * 3,
      triedAt: new Date(),
    };
    await trials.add(better);
    await trials.add({ ...better, rows: better.rows * 2, score: 2, triedAt: new Date(0) });
    expect(await trials.newest('product_affinity')).toEqual([better]);
    const run = await ended(await runs.request('product_affinity'), 'succeeded');
    expect(run.version).toBe(1);
  });

  it('refuses data too poor to learn from, and the live model goes on serving', async () => {
    let customers = 60;
    const input = () => ({ purchases: purchases(customers, 1) });
    startWorker({ product_affinity: affinityJob({ modelName: 'product_affinity', trainer, input }) });
    await ended(await runs.request('product_affinity'), 'succeeded');
    customers = 5;
    const run = await ended(await runs.request('product_affinity'), 'refused');
    expect(run.reason).toBe('Data is too poor to learn from: 5 customers, at least 20 are needed (minCustomers).');
    expect((await registry.live('product_affinity'))?.version).toBe(1);
  });

  it('keeps a model that is worse, as rejected', async () => {
    startWorker({ m: job(false) });
    const run = await ended(await runs.request('m'), 'succeeded');
    expect(run).toMatchObject({ version: 1, promoted: false, reason: 'worse' });
    expect(await registry.get('m', 1)).toMatchObject({ status: 'rejected', reason: 'worse' });
    expect(await registry.live('m')).toBeUndefined();
  });

  it('a job that throws fails its run, says why, and the next run is taken', async () => {
    let first = true;
    const flaky: TrainingJob = context => {
      if (!first) return job(true)(context);
      first = false;
      return Promise.reject(new Error('the warehouse is away'));
    };
    startWorker({ m: flaky });
    expect(await ended(await runs.request('m'), 'failed')).toMatchObject({ reason: 'the warehouse is away' });
    await ended(await runs.request('m'), 'succeeded');
  });

  it('several workers never run one model twice at a time, and every run once', async () => {
    let now = 0;
    let most = 0;
    const counting: TrainingJob = async context => {
      most = Math.max(most, ++now);
      await db.command({ ping: 1 });
      now -= 1;
      return job(true)(context);
    };
    for (let at = 0; at < 3; at++) startWorker({ m: counting });
    const ids = await Promise.all(Array.from({ length: 6 }, () => runs.request('m')));
    const finished = await Promise.all(ids.map(id => ended(id, 'succeeded')));
    expect(most).toBe(1);
    expect(finished.map(run => run.attempts)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(finished.map(run => run.version).sort()).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('takes over a run whose runners died', async () => {
    const id = await runs.request('m');
    for (const runner of ['one', 'two']) {
      await vi.waitFor(async () => expect((await runs.claim('m', runner, 30, 3))?.id).toBe(id), 10_000);
    }
    startWorker({ m: job(true) }, { maxAttempts: 3 });
    expect(await ended(id, 'succeeded')).toMatchObject({ attempts: 3 });
  });

  it('marks a run failed that every runner abandoned', async () => {
    const id = await runs.request('m');
    expect((await runs.claim('m', 'one', 1, 1))?.id).toBe(id);
    await vi.waitFor(async () => expect(await runs.claim('m', 'two', 1000, 1)).toBeUndefined(), 10_000);
    expect(await ended(id, 'failed')).toMatchObject({ reason: 'abandoned by 1 runners in a row' });
  });

  it('a runner that lost its run neither publishes nor ends it', async () => {
    const slow: TrainingJob = async context => {
      context.signal.throwIfAborted();
      await new Promise<void>(resolve => context.signal.addEventListener('abort', () => resolve()));
      return job(true)(context);
    };
    const errors: unknown[] = [];
    startWorker({ m: slow }, { leaseMs: 600, onEvent: event => event.kind === 'error' && errors.push(event.error) });
    const id = await runs.request('m');
    await ended(id, 'running');
    await db.collection('training_runs').updateOne({ id }, { $set: { runner: 'someone else' } });
    await expect(runs.beat((await runs.get(id))!, 'nobody', 1000, 0.5, 'x')).rejects.toThrow('was taken over');
    await vi.waitFor(() => expect(errors).toHaveLength(1), 10_000);
    expect(await runs.get(id)).toMatchObject({ status: 'running', runner: 'someone else' });
    expect(await registry.list('m')).toEqual([]);
  });

  it('stopping cancels the training and puts the run back; another worker finishes it', async () => {
    const waiting: TrainingJob = ({ signal, onProgress }) => {
      onProgress(0.5, 'halfway');
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('stopped'))));
    };
    const first = startWorker({ m: waiting });
    const id = await runs.request('m');
    await vi.waitFor(async () => expect(await runs.get(id)).toMatchObject({ progress: 0.5, stage: 'halfway' }), 10_000);
    await first.stop();
    expect(await runs.get(id)).toMatchObject({ status: 'queued', attempts: 0, progress: 0 });
    startWorker({ m: job(true) });
    await ended(id, 'succeeded');
  });
});

describe('EmbeddedTrainer.trainClusters', () => {
  const random = new Random(3);
  const rows = Array.from({ length: 200 }, (_, at) => ({
    customerId: `c${at}`,
    features: [(at % 4) * 20 + random.next(), (at % 4) * 3 + random.next()],
  }));
  const featureNames = ['orders', 'sessions'];

  it('finds the groups, the same whatever the order of the rows, and keeps their order from a warm start', async () => {
    const cold = await trainer.trainClusters({ featureNames, rows: slowly(rows) }, { k: 4, seed: 1 });
    if (cold.kind !== 'trained') throw new Error(cold.reason);
    expect([...cold.metrics.sizes]).toEqual([50, 50, 50, 50]);
    expect(Math.min(...cold.metrics.jaccard)).toBeGreaterThan(0.9);
    cold.customerIds.forEach((id, at) => {
      const features = rows[Number(id.slice(1))]!.features;
      expect(cold.model.predict(features).cluster).toBe(cold.assignments[at]);
    });
    const shuffled = await trainer.trainClusters({ featureNames, rows: [...rows].reverse() }, { k: 4, seed: 1 });
    if (shuffled.kind !== 'trained') throw new Error(shuffled.reason);
    expect(shuffled.model.serialize()).toEqual(cold.model.serialize());
    expect(shuffled.dataFingerprint).toBe(cold.dataFingerprint);
    const warm = await trainer.trainClusters(
      { featureNames, rows: rows.slice(0, 160) },
      { k: 4, seed: 9, previous: cold.model },
    );
    if (warm.kind !== 'trained') throw new Error(warm.reason);
    expect(warm.metrics.matching).toEqual([0, 1, 2, 3]);
    expect(warm.metrics.adjustedRandIndex).toBeCloseTo(1, 6);
  });

  it.each([
    [rows.slice(0, 39), '39 customers, at least 40 are needed for 4 clusters'],
    [rows.map(row => ({ ...row, features: [1, 2] })), "1 different customers can't make 4 clusters"],
  ])('refuses what is too poor', async (poor, reason) => {
    expect(await trainer.trainClusters({ featureNames, rows: poor }, { k: 4, seed: 1 })).toEqual({
      kind: 'refused',
      reason: `Data is too poor to learn from: ${reason}.`,
    });
  });

  it('exports the newest model that lies elsewhere, and says where there is none', async () => {
    const exported: string[] = [];
    const elsewhere: Trainer = {
      kind: 'bigquery-ml',
      trainClusters: unused,
      trainAffinity: unused,
      exportModel: async (model, uri) => void exported.push(`${model} to ${uri}`),
    };
    const uri = 'gs://bucket/path';
    startWorker({ m: withExport('m', elsewhere, job(true)), other: withExport('other', trainer, job(true)) });
    const none = await ended(await runs.request('m', { export: { uri } }), 'refused');
    expect(none.reason).toBe('Only a model trained with TRAINER=bigquery-ml can be exported, and m has none.');
    const draft = { ...version, name: 'm', artifact: new Uint8Array([1]) };
    await registry.register({ ...draft, trainer: 'bigquery-ml', parameters: { remote_model: 'clusters' } });
    await registry.register(draft);
    const done = await ended(await runs.request('m', { export: { uri } }), 'succeeded');
    expect(done).toMatchObject({ reason: 'version 1 was written to gs://bucket/path' });
    expect(exported).toEqual(['clusters to gs://bucket/path']);
    await ended(await runs.request('other', { export: { uri } }), 'refused');
    expect(await registry.list('other')).toEqual([]);
  });
});
