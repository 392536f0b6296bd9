import { openTransport } from '@laurel/change-log';
import { createLogger, openServiceContext, readSettings, startApp } from '@laurel/service';
import { recommender } from '../index.js';

/** The recommender in a process that a test can kill. Prints its address when it runs. */
const settings = readSettings();
const context = await openServiceContext(settings, createLogger(settings));
const transport = await openTransport(settings, context.logger);
const { url } = await startApp(recommender, { ...context, transport });
process.stdout.write(`${url}\n`);
