import { DeadLetters, ErasedCustomers, laurelTopics, openTransport, Topics } from '@laurel/change-log';
import { createLogger, openServiceContext, readSettings } from '@laurel/service';
import { DuckDbWarehouse } from '@laurel/warehouse';
import { Capture } from '../capture/capture.js';
import { LoadProgress } from '../load/load-progress.js';
import { Loader } from '../load/loader.js';

/** Capture and load in a process that a test can kill. Prints its state as a line of JSON every 50 ms. */
const settings = readSettings();
const logger = createLogger(settings);
const context = await openServiceContext(settings, logger);
const transport = await openTransport(settings, logger);
const topics = new Topics(settings.topicPrefix, settings.shopDatabase);
await transport.ensureTopics(laurelTopics(topics));
const warehouse = await DuckDbWarehouse.open({ path: settings.duckdbPath });
const capture = new Capture({ context, transport, warehouse, topics, logger, leaseMs: 3000 });
const deadLetters = new DeadLetters(transport, topics);
const progress = new LoadProgress(context.laurelDb, context.instanceId, logger);
const erased = new ErasedCustomers(context.laurelDb);
const loader = new Loader({ transport, warehouse, topics, deadLetters, erased, progress, logger });
await loader.start();
await capture.start();

let reporting = true;
process.once('SIGTERM', () => {
  reporting = false;
});
while (reporting) {
  const lag = await messagesWaiting();
  const { state, changesSent, lagMs, writer, epoch, streamPosition } = capture.status;
  const { stored, duplicates } = loader.status;
  process.stdout.write(
    `${JSON.stringify({ state, changesSent, lagMs, writer, epoch, position: streamPosition?.getTime(), lag, stored, duplicates, rssMb: Math.round(process.memoryUsage.rss() / 2 ** 20) })}\n`,
  );
  await new Promise(resolve => setTimeout(resolve, 50));
}
await capture.stop();
await loader.stop();
await warehouse.close();
await transport.close();
await context.mongo.close();

/** Null while Kafka does not tell. */
async function messagesWaiting(): Promise<number | null> {
  const counted = loader.lags().then(
    lags => lags.reduce((sum, each) => sum + each.lag, 0),
    () => null,
  );
  return Promise.race([counted, new Promise<null>(resolve => setTimeout(resolve, 5000, null).unref())]);
}
