import { randomUUID } from 'node:crypto';
import { MongoClient, type Db } from 'mongodb';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import type { ModelDraft, ServingState } from './model-record.js';
import { ModelRegistry } from './model-registry.js';
import { ArtifactMismatchError, ModelChangeError, ModelNotFoundError } from './registry-errors.js';

let client: MongoClient;
let db: Db;
let registry: ModelRegistry;

beforeAll(async () => {
  client = await MongoClient.connect(inject('mongodbUri'));
  db = client.db(`registry-${randomUUID()}`);
});

afterAll(async () => {
  await db.dropDatabase();
  await client.close();
});

beforeEach(async () => {
  await db.dropDatabase();
  registry = new ModelRegistry(db);
  await registry.prepare();
});

function draft(text: string): ModelDraft {
  return {
    name: 'tastes',
    kind: 'ease',
    trainer: 'embedded',
    trainedAt: new Date('2026-01-02T03:04:05Z'),
    dataFingerprint: 'f00d',
    parameters: { regularisation: 6 },
    seed: 1,
    metrics: { NDCG5: 0.1 },
    durationMs: 12,
    artifact: new TextEncoder().encode(text),
  };
}

describe('versions', () => {
  it('count up by name, also when registered at once, and keep their artifact', async () => {
    const records = await Promise.all(['a', 'b', 'c', 'd'].map(text => registry.register(draft(text))));
    expect(records.map(({ version }) => version).sort()).toEqual([1, 2, 3, 4]);
    for (const [at, record] of records.entries()) {
      expect(new TextDecoder().decode(await registry.load(record))).toBe('abcd'[at]);
      expect(await registry.get('tastes', record.version)).toEqual(record);
    }
    expect((await registry.register({ ...draft('e'), name: 'other' })).version).toBe(1);
    expect((await registry.list('tastes')).map(({ version }) => version)).toEqual([4, 3, 2, 1]);
  });

  it('keeps an artifact larger than one chunk', async () => {
    const artifact = Uint8Array.from({ length: 1_000_003 }, (_, at) => (at * 31) % 251);
    const record = await registry.register({ ...draft(''), artifact });
    expect(Buffer.compare(await registry.load(record), artifact)).toBe(0);
  });

  it('an artifact that was changed, cut or removed is not served', async () => {
    const record = await registry.register(draft('the real thing'));
    const chunks = db.collection('model_artifacts.chunks');
    await chunks.updateOne({}, { $set: { data: Buffer.from('not that thing') } });
    await expect(registry.load(record)).rejects.toThrow(ArtifactMismatchError);
    await expect(registry.promote('tastes', 1)).rejects.toThrow(/Artifact of tastes version 1 has SHA-256/);
    await chunks.deleteMany({});
    await expect(registry.load(record)).rejects.toThrow(ArtifactMismatchError);
    expect(await registry.serving('tastes')).toBeUndefined();
  });

  it('names what is not there', async () => {
    await expect(registry.get('tastes', 9)).rejects.toThrow(ModelNotFoundError);
    await expect(registry.promote('tastes', 9)).rejects.toThrow('no version 9 of the model tastes');
  });
});

describe('serving', () => {
  beforeEach(async () => {
    for (const text of ['a', 'b', 'c']) await registry.register(draft(text));
  });

  const statuses = async () =>
    Object.fromEntries((await registry.list('tastes')).map(({ version, status }) => [version, status]));

  it('promote, promote, roll back, roll back: one version is live at any time', async () => {
    await registry.promote('tastes', 1, 'first');
    await registry.promote('tastes', 2, 'better');
    await registry.promote('tastes', 3, 'better still');
    expect(await statuses()).toEqual({ 1: 'retired', 2: 'retired', 3: 'live' });
    expect((await registry.rollback('tastes')).live).toBe(2);
    expect(await statuses()).toEqual({ 1: 'retired', 2: 'live', 3: 'retired' });
    expect((await registry.rollback('tastes')).live).toBe(1);
    await expect(registry.rollback('tastes')).rejects.toThrow(ModelChangeError);
    expect((await registry.live('tastes'))?.version).toBe(1);
  });

  it('promotions at the same time leave exactly one live', async () => {
    await Promise.all([1, 2, 3].map(version => registry.promote('tastes', version)));
    const live = Object.entries(await statuses()).filter(([, status]) => status === 'live');
    expect(live).toEqual([[String((await registry.serving('tastes'))?.live), 'live']]);
  });

  it('splits traffic, keeps each customer on a version, and forgets the split at the next promotion', async () => {
    await registry.promote('tastes', 1);
    await registry.setTraffic('tastes', [{ version: 2, percent: 40 }]);
    const customers = Array.from({ length: 200 }, (_, at) => `c${at}`);
    const first = await Promise.all(customers.map(id => registry.versionFor('tastes', id)));
    const second = await Promise.all(customers.map(id => registry.versionFor('tastes', id)));
    expect(second).toEqual(first);
    expect(new Set(first)).toEqual(new Set([1, 2]));
    await registry.promote('tastes', 3);
    expect(await registry.versionFor('tastes', 'c0')).toBe(3);
  });

  it('refuses traffic that makes no sense', async () => {
    await expect(registry.setTraffic('tastes', [{ version: 1, percent: 10 }])).rejects.toThrow('no live version');
    await registry.promote('tastes', 1);
    for (const traffic of [
      [{ version: 2, percent: 101 }],
      [{ version: 2, percent: -1 }],
      [
        { version: 2, percent: 60 },
        { version: 3, percent: 60 },
      ],
      [
        { version: 2, percent: 10 },
        { version: 2, percent: 10 },
      ],
    ]) {
      await expect(registry.setTraffic('tastes', traffic)).rejects.toThrow(ModelChangeError);
    }
    await expect(registry.setTraffic('tastes', [{ version: 7, percent: 1 }])).rejects.toThrow(ModelNotFoundError);
  });

  it('a live version is not rejected', async () => {
    await registry.promote('tastes', 1);
    await expect(registry.reject('tastes', 1, 'no')).rejects.toThrow(ModelChangeError);
    await registry.reject('tastes', 2, 'worse');
    expect(await registry.get('tastes', 2)).toMatchObject({ status: 'rejected', reason: 'worse' });
  });

  it('watchers are told what serves now and after each change, in order, until they stop', async () => {
    await registry.promote('tastes', 1);
    const seen: ServingState[] = [];
    const stop = registry.watch('tastes', state => seen.push(state));
    await vi.waitFor(() => expect(seen.at(-1)?.live).toBe(1), 20_000);
    await registry.promote('tastes', 2);
    await vi.waitFor(() => expect(seen.at(-1)?.live).toBe(2), 20_000);
    await registry.setTraffic('tastes', [{ version: 3, percent: 5 }]);
    await vi.waitFor(() => expect(seen.at(-1)?.traffic).toEqual([{ version: 3, percent: 5 }]), 20_000);
    expect(seen.map(({ revision }) => revision)).toEqual([...new Set(seen.map(({ revision }) => revision))].sort());
    await stop();
    const count = seen.length;
    await registry.promote('tastes', 1);
    expect(seen).toHaveLength(count);
  });
});
