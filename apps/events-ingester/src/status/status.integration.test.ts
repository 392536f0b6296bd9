import { DeadLetters, laurelTopics, openTransport } from '@laurel/change-log';
import { createLogger, freePort, KeyRing, openServiceContext, readSettings, startApp } from '@laurel/service';
import { DuckDbWarehouse } from '@laurel/warehouse';
import { readFile } from 'node:fs/promises';
import { expect, inject, it, vi } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { eventsIngester, type IngesterStatus } from '../index.js';
import { TestShop } from '../testing/test-shop.js';

it('the app captures and loads, says how far it is, and stops cleanly', async () => {
  const shop = await TestShop.create({ mongodbUri: inject('mongodbUri'), kafkaBrokers: inject('kafkaBrokers') });
  const keys = KeyRing.generate();
  const environment = { ...shop.environment, LAUREL_KEYS: keys, EVENTS_INGESTER_PORT: String(await freePort()) };
  const settings = readSettings(environment);
  const logger = createLogger(settings);
  const context = await openServiceContext(settings, logger);
  const transport = await openTransport(settings, logger);
  await transport.ensureTopics(laurelTopics(shop.topics));
  const warehouse = await DuckDbWarehouse.open({ path: settings.duckdbPath });
  await shop.insertOrders(40);
  await shop.db.collection<{ _id: string }>('orders').insertOne({ _id: 'poison' });

  const app = await startApp(eventsIngester, { ...context, transport, warehouse });
  const key = /crm=([^,]+)/.exec(keys)?.[1] ?? '';
  const get = (path: string) => fetch(`${app.url}${path}`, { headers: { authorization: `Bearer ${key}` } });
  try {
    const status = await vi.waitFor(
      async () => {
        const answer: IngesterStatus = JSON.parse(await (await get('/v1/status')).text());
        expect(answer).toMatchObject({ capture: { state: 'streaming', lag_seconds: 0 }, load: { lag: 0, stored: 40 } });
        return answer;
      },
      { timeout: 60_000, interval: 100 },
    );
    expect(status.capture).toMatchObject({
      epoch: 1,
      changes_sent: 41,
      history_lost: 0,
      without_images: [],
      error: null,
    });
    expect(status.capture.snapshot['orders']).toEqual({ sent: 41, estimated: 41, done: true });
    expect(status.capture.oplog?.left_seconds).toBeGreaterThan(0);
    expect(status.capture.changes_per_second).toBeGreaterThan(0);
    expect(status.load.rows_per_second).toBeGreaterThan(0);
    expect(status.load.partitions).toHaveLength(20);
    expect(status.load.collections).toContainEqual({ collection: 'orders', lag: 0, lag_seconds: 0 });
    expect(status.dead_letters).toEqual({ total: 1, open: 1 });
    expect((await fetch(`${app.url}/v1/status`)).status).toBe(401);
    expect((await get('/health/ready')).status).toBe(200);
    const metrics = await (await get('/metrics')).text();
    expect(metrics).toContain('laurel_capture_state{state="streaming",app="events-ingester"} 1');
    expect(metrics).toContain('laurel_load_rows_stored_total{app="events-ingester"} 40');
    expect(metrics).toContain('laurel_dead_letters_open{app="events-ingester"} 1');
    expect(metrics).toContain('laurel_capture_changes_sent_total{collection="orders",app="events-ingester"} 41');
    const told = new Set(Array.from(metrics.matchAll(/^([a-z_]+)(?:\{| )/gm), ([, name]) => name));
    const named = await metricsOfAlerts();
    expect(named.length).toBeGreaterThan(8);
    expect(named.filter(name => !told.has(name))).toEqual(['up']);
    expect(await new DeadLetters(transport, shop.topics).list()).toHaveLength(1);
  } finally {
    await app.close();
    await warehouse.close();
    await transport.close();
    await context.mongo.close();
    await shop.remove();
  }
});

const alertsSchema = z.strictObject({
  groups: z.array(
    z.strictObject({
      name: z.string(),
      rules: z.array(
        z.strictObject({
          alert: z.string(),
          expr: z.string(),
          for: z
            .string()
            .regex(/^\d+[smh]$/)
            .optional(),
          labels: z.strictObject({ severity: z.enum(['info', 'warning', 'critical']) }),
          annotations: z.strictObject({ summary: z.string(), description: z.string() }),
        }),
      ),
    }),
  ),
});

/** The names of all metrics that the alert rules in the docs read; `up` is Prometheus' own. */
async function metricsOfAlerts(): Promise<string[]> {
  const text = await readFile(new URL('../../../../docs/prometheus-alerts.yml', import.meta.url), 'utf8');
  const rules = alertsSchema.parse(parse(text)).groups.flatMap(group => group.rules);
  const names = rules.flatMap(({ expr }) =>
    Array.from(expr.matchAll(/\b(?:up|(?:laurel|http)_[a-z_]+)\b/g), ([name]) => name),
  );
  return [...new Set(names)];
}
