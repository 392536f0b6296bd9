import { once } from 'node:events';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { join } from 'node:path';
import { eventsIngester } from '@laurel/events-ingester';
import { featureService } from '@laurel/feature-service';
import { freePort, startApp } from '@laurel/service';
import { TestHome } from '@laurel/test-home';
import { DuckDbWarehouse } from '@laurel/warehouse';
import { expect, inject, it } from 'vitest';
import { z } from 'zod';

const spanSchema = z.looseObject({
  name: z.string(),
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
});
const exportSchema = z.object({
  resourceSpans: z.array(z.looseObject({ scopeSpans: z.array(z.looseObject({ spans: z.array(spanSchema) })) })),
});

type Span = z.infer<typeof spanSchema>;

it('a change is one trace from capture over the headers in Kafka to load and to a read model', async () => {
  const spans: Span[] = [];
  const collector = createServer((request, response) => {
    void json(request).then(body => {
      const { resourceSpans } = exportSchema.parse(body);
      spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(scope => scope.spans)));
      response.setHeader('content-type', 'application/json').end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(collector, 'listening');
  const { port } = z.object({ port: z.number() }).parse(collector.address());
  const home = await TestHome.open(
    { mongodbUri: inject('mongodbUri'), kafkaBrokers: inject('kafkaBrokers') },
    {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      EVENTS_INGESTER_PORT: String(await freePort()),
      FEATURE_SERVICE_PORT: String(await freePort()),
    },
  );
  const warehouse = await DuckDbWarehouse.open({ path: join(home.folder, 'warehouse.duckdb') });
  const apps = [
    await startApp(eventsIngester, { ...home.resources, warehouse }),
    await startApp(featureService, home.resources),
  ];
  try {
    await home.context.shopDb.collection<{ _id: string }>('customers').insertOne({ _id: 'ann' });
    const traced = () => {
      const capture = spans.find(({ name }) => name === 'capture');
      const sameTrace = spans.filter(({ traceId }) => traceId === capture?.traceId);
      return sameTrace.map(({ name, parentSpanId }) => [name, parentSpanId === capture?.spanId]).sort();
    };
    await expect.poll(traced, { timeout: 30_000 }).toEqual([
      ['capture', false],
      ['load', true],
      ['read model features', true],
    ]);
  } finally {
    for (const app of apps) await app.close();
    await warehouse.close();
    await home.remove();
    collector.close();
  }
});
