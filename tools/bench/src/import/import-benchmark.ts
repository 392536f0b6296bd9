import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fillSampleShop } from '@laurel/sample-shop';
import { LOCAL_PART_OFFSETS } from '@laurel/service';
import { MongoClient } from 'mongodb';
import { z } from 'zod';
import type { Benchmark } from '../benchmark.js';
import { peakMemoryMb } from '../measuring/peak-memory.js';

const LAUREL = resolve(import.meta.dirname, '../../../../apps/laurel/bin/laurel.js');
const PORT_BASE = 47_000;
const ADMIN_KEY = 'admin-of-the-import-benchmark';
const POLL_MS = 100;
const NOT_COUNTED = ['cancelled', 'refunded'];

const statusSchema = z.object({
  capture: z.looseObject({ state: z.string(), lag_seconds: z.number().nullable() }),
  load: z.looseObject({ lag: z.number() }),
});
const featuresSchema = z.looseObject({ no_of_orders: z.number() });

/** A whole year of the sample shop written into the MongoDB of a Laurel that runs with an empty shop. */
export const importBenchmark: Benchmark = {
  name: 'import',
  measures:
    'a full import into the running system: documents a second, seconds until consistent, peak memory per process',
  async run(say) {
    const home = await mkdtemp(join(tmpdir(), 'laurel-bench-'));
    const child = spawn(process.execPath, [LAUREL, 'start', '--no-sample'], {
      env: {
        ...process.env,
        LAUREL_HOME: home,
        LAUREL_PORT_BASE: String(PORT_BASE),
        LAUREL_KEYS: `admin=${ADMIN_KEY}`,
        MONGODB_URI: '',
        KAFKA_BROKERS: '',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      let output = '';
      const until = (condition: () => Promise<boolean>) => untilOrEnded(child, condition);
      child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
      say('starting Laurel with an empty shop');
      await until(() => Promise.resolve(/services run/.test(output)));
      await until(async () => (await status()).capture.state === 'streaming');

      const mongodbUri = `mongodb://127.0.0.1:${PORT_BASE + LOCAL_PART_OFFSETS.mongodb}/?directConnection=true`;
      say('importing the sample shop');
      const startedMs = performance.now();
      await fillSampleShop({ mongodbUri, database: 'shop' });
      const importedMs = performance.now() - startedMs;
      const { documents, lastBuyer, orders } = await shopOf(mongodbUri);
      say(`${documents} documents written; waiting until every service agrees`);
      await until(async () => {
        const { load } = await status();
        return load.lag === 0 && (await rows()) >= documents && (await ordersOf(lastBuyer)) === orders;
      });
      const consistentMs = performance.now() - startedMs;
      const memory = await peakMemoryMb(child.pid ?? 0, home);
      return {
        import_docs_s: { ours: Math.round(documents / (consistentMs / 1000)) },
        import_seconds: { ours: round(importedMs / 1000) },
        consistent_seconds: { ours: round(consistentMs / 1000) },
        ...Object.fromEntries(Object.entries(memory).map(([name, ours]) => [`peak_rss_mb_${name}`, { ours }])),
      };
    } finally {
      if (child.exitCode === null) {
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
      await rm(home, { recursive: true, force: true });
    }
  },
};

async function call<T>(offset: number, path: string, schema: z.ZodType<T>): Promise<T> {
  const response = await fetch(`http://127.0.0.1:${PORT_BASE + offset}${path}`, {
    headers: { authorization: `Bearer ${ADMIN_KEY}` },
  });
  return schema.parse(await response.json());
}

const status = () => call(3, '/v1/status', statusSchema);

async function ordersOf(customer: string): Promise<number> {
  return (await call(2, `/v1/features/${encodeURIComponent(customer)}`, featuresSchema)).no_of_orders;
}

/** Rows that load has stored, as its metric counts them. */
async function rows(): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${PORT_BASE + 3}/metrics`)).text();
  return [...text.matchAll(/^laurel_load_rows_stored_total\{[^}]*\} (\d+)/gm)].reduce(
    (sum, [, count]) => sum + Number(count),
    0,
  );
}

async function shopOf(mongodbUri: string): Promise<{ documents: number; lastBuyer: string; orders: number }> {
  const client = await new MongoClient(mongodbUri).connect();
  try {
    const db = client.db('shop');
    const counts = await Promise.all(
      ['products', 'customers', 'orders', 'events'].map(name => db.collection(name).countDocuments()),
    );
    const last = await db
      .collection<{ _id: string; customerId: string }>('orders')
      .findOne({ status: { $nin: NOT_COUNTED } }, { sort: { placedAt: -1 } });
    const lastBuyer = last?.customerId ?? '';
    const since = new Date(Date.now() - 365 * 86_400_000);
    const orders = await db.collection('orders').countDocuments({
      customerId: lastBuyer,
      placedAt: { $gte: since },
      status: { $nin: NOT_COUNTED },
    });
    return { documents: counts.reduce((sum, count) => sum + count, 0), lastBuyer, orders };
  } finally {
    await client.close();
  }
}

async function untilOrEnded(laurel: ChildProcess, condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition().catch(() => false))) {
    if (laurel.exitCode !== null)
      throw new Error(`Laurel ended with code ${laurel.exitCode} before all was consistent.`);
    await sleep(POLL_MS);
  }
}

function round(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}
