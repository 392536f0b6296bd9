import { laurelTopics, openTransport, Topics } from '@laurel/change-log';
import { eventsIngester } from '@laurel/events-ingester';
import { createLogger, openServiceContext, readSettings, startApp } from '@laurel/service';
import { openWarehouse } from '@laurel/warehouse';
import { once } from 'node:events';
import { z } from 'zod';

/** One half of the events-ingester in a process of its own, started as its host starts it. */
const part = z.enum(['capture', 'load']).parse(process.argv[2]);
const settings = readSettings();
const logger = createLogger(settings);
const context = await openServiceContext(settings, logger);
const transport = await openTransport(settings, logger);
await transport.ensureTopics(laurelTopics(new Topics(settings.topicPrefix, settings.shopDatabase)));
const warehouse = await openWarehouse(settings);
const app = await startApp(eventsIngester, { ...context, transport, warehouse, parts: [part] });
await once(process, 'SIGTERM');
await app.close();
await warehouse.close();
await transport.close();
await context.mongo.close();
