import { join, resolve } from 'node:path';
import { startBigQuery } from './bigquery/start-bigquery.js';
import { StackInterruptedError } from './errors.js';
import { startKafka } from './kafka/start-kafka.js';
import { startMongodb } from './mongodb/start-mongodb.js';
import { ownIdentity, withLock } from './processes/home-lock.js';
import { HomeServers } from './processes/home-servers.js';
import type { Stack, StackOptions } from './stack.js';

/**
 * Brings up a MongoDB replica set of one, Kafka and, on request, the BigQuery emulator, all at once, and waits until each
 * does real work: a write, a topic, a query. Servers of this home that already run are used as they are; those of a
 * process that died are taken over. When one part fails, those started by this call are stopped again.
 *
 * @throws StackInterruptedError, PortTakenError, MissingToolError, DownloadError, NotReadyError, StackConflictError
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const folder = join(resolve(options.home), 'stack');
  const owner = options.keep ? null : await ownIdentity();
  return withLock(folder, async () => {
    const servers = new HomeServers(folder, owner, options.onProgress ?? (() => undefined), options.signal);
    const [mongodb, kafka, bigquery] = await Promise.allSettled([
      startMongodb(servers, options.mongodb ?? {}),
      startKafka(servers, options.kafka ?? {}),
      options.bigquery ? startBigQuery(servers, options.bigquery) : undefined,
    ]);
    if (mongodb.status === 'rejected' || kafka.status === 'rejected' || bigquery.status === 'rejected') {
      await servers.stopStarted();
      const reasons: unknown[] = [mongodb, kafka, bigquery].flatMap(part =>
        part.status === 'rejected' ? [part.reason] : [],
      );
      if (options.signal?.aborted) throw new StackInterruptedError();
      if (reasons.length === 1) throw reasons[0];
      throw new AggregateError(
        reasons,
        reasons.map(reason => (reason instanceof Error ? reason.message : String(reason))).join('\n'),
      );
    }
    return {
      mongodbUri: mongodb.value,
      kafkaBrokers: kafka.value,
      ...(bigquery.value && { bigquery: bigquery.value }),
      started: servers.started,
      stop: () => withLock(folder, () => servers.stopStarted()),
    };
  });
}
