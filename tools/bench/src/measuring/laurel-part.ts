import { laurelTopics, type LogTransport, openTransport, Topics } from '@laurel/change-log';
import { eventsIngester } from '@laurel/events-ingester';
import { createLogger, openServiceContext, readSettings, startApp } from '@laurel/service';
import { openWarehouse } from '@laurel/warehouse';
import { once } from 'node:events';
import { z } from 'zod';

/** One half of the events-ingester in a process of its own, started as its host starts it. */
const part = z.enum(['capture', 'load']).parse(process.argv[2]);
const settings = readSettings();
const logger = createLogger(settings);
const [context, transport, warehouse] = await Promise.all([
  openServiceContext(settings, logger),
  openLog(),
  openWarehouse(settings),
]);
const app = await startApp(eventsIngester, { ...context, transport, warehouse, parts: [part] });
await once(process, 'SIGTERM');
await app.close();
await warehouse.close();
await transport.close();
await context.mongo.close();

async function openLog(): Promise<LogTransport> {
  const log = await openTransport(settings, logger);
  await log.ensureTopics(laurelTopics(new Topics(settings.topicPrefix, settings.shopDatabase)));
  return log;
}
