import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { MongoClient, type Db } from 'mongodb';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { processMark } from '../process/process-mark.js';
import { Leases } from './lease.js';

const HOUR_MS = 3_600_000;

let mongo: MongoClient;
let db: Db;
beforeAll(async () => {
  mongo = await MongoClient.connect(inject('mongodbUri'));
  db = mongo.db(`lease_${randomUUID().slice(0, 8)}`);
});
afterAll(async () => {
  await db.dropDatabase();
  await mongo.close();
});

describe('Leases', () => {
  it('has one holder among many that ask at once for one nobody ever held', async () => {
    for (let round = 0; round < 5; round++) {
      const asked = Array.from({ length: 12 }, (_, i) => new Leases(db, `host-${i}`, HOUR_MS).acquire(`race-${round}`));
      const held = (await Promise.all(asked)).filter(lease => lease !== undefined);
      expect(held).toHaveLength(1);
      expect(held[0]?.token).toBe(1);
    }
  });

  it('is renewed by its holder under the same token, and refused to another', async () => {
    const [a, b] = [new Leases(db, 'a', HOUR_MS), new Leases(db, 'b', HOUR_MS)];
    const before = Date.now();
    const first = await a.acquire('renewed');
    expect(first?.validUntilMs).toBeGreaterThanOrEqual(before + HOUR_MS);
    expect(await b.acquire('renewed')).toBeUndefined();
    const again = await a.acquire('renewed');
    expect(again?.token).toBe(first?.token);
    expect(again?.validUntilMs).toBeGreaterThanOrEqual(first?.validUntilMs ?? 0);
    expect(await b.acquire('renewed')).toBeUndefined();
  });

  it('passes on when it lapses, with a higher token, and the old holder learns that it lost it', async () => {
    const [a, b] = [new Leases(db, 'a', 200), new Leases(db, 'b', HOUR_MS)];
    const first = await a.acquire('lapsed');
    const second = await vi.waitFor(
      async () => {
        const lease = await b.acquire('lapsed');
        expect(lease).toBeDefined();
        return lease;
      },
      { timeout: 10_000, interval: 20 },
    );
    expect(second?.token).toBe((first?.token ?? 0) + 1);
    expect(await a.acquire('lapsed')).toBeUndefined();
  });

  it('passes on at once when it is given up, and only its holder can give it up', async () => {
    const [a, b] = [new Leases(db, 'a', HOUR_MS), new Leases(db, 'b', HOUR_MS)];
    expect((await a.acquire('released'))?.token).toBe(1);
    await b.release('released');
    expect(await b.acquire('released')).toBeUndefined();
    await a.release('released');
    expect((await b.acquire('released'))?.token).toBe(2);
    await b.release('released');
    expect((await b.acquire('released'))?.token).toBe(3);
  });

  it.runIf(process.platform === 'linux')(
    'passes on at once when the process of its holder has ended, to one',
    async () => {
      const dead = spawn('true');
      await once(dead, 'exit');
      const mark = (processMark() ?? '').replace(/-\d+-/, `-${dead.pid}-`);
      const killed = new Leases(db, 'killed', HOUR_MS, mark);
      expect((await killed.acquire('orphaned'))?.token).toBe(1);
      const heirs = Array.from({ length: 8 }, (_, i) => new Leases(db, `heir-${i}`, HOUR_MS).acquire('orphaned'));
      const held = (await Promise.all(heirs)).filter(lease => lease !== undefined);
      expect(held.map(({ token }) => token)).toEqual([2]);
      expect(await killed.acquire('orphaned')).toBeUndefined();
    },
  );

  it('does not pass on while its holder, of whom nobody knows whether it lives, has time left', async () => {
    const elsewhere = new Leases(db, 'elsewhere', HOUR_MS, '0123456789abcdef-999999-1');
    const unknown = new Leases(db, 'unknown', HOUR_MS, '');
    for (const [name, holder] of Object.entries({ elsewhere, unknown })) {
      expect((await holder.acquire(name))?.token).toBe(1);
      expect(await new Leases(db, 'heir', HOUR_MS).acquire(name)).toBeUndefined();
    }
  });

  it('takes an owner as it is named, whatever the name looks like', async () => {
    const odd = new Leases(db, '$token', HOUR_MS);
    expect((await odd.acquire('odd'))?.token).toBe(1);
    expect((await odd.acquire('odd'))?.token).toBe(1);
  });
});
