import { laurelTopics, openTransport, Topics } from '@laurel/change-log';
import { clusteringService } from '@laurel/clustering-service';
import { createLogger, openServiceContext, readSettings, startApp } from '@laurel/service';
import { once } from 'node:events';

/** The clustering service in a process of its own, started as its host starts it. */
const settings = readSettings();
const logger = createLogger(settings);
const context = await openServiceContext(settings, logger);
const transport = await openTransport(settings, logger);
await transport.ensureTopics(laurelTopics(new Topics(settings.topicPrefix, settings.shopDatabase)));
const app = await startApp(clusteringService, { ...context, transport });
await once(process, 'SIGTERM');
await app.close();
await transport.close();
await context.mongo.close();
