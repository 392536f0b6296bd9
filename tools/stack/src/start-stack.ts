import { join, resolve } from 'node:path';
import { startBigQuery } from './bigquery/start-bigquery.js';
import { DockerServers } from './docker/docker-servers.js';
import { fromDocker } from './docker/from-docker.js';
import { StackInterruptedError } from './errors.js';
import { startKafka } from './kafka/start-kafka.js';
import { replicaSetUri } from './mongodb/replica-set.js';
import { startMongodb } from './mongodb/start-mongodb.js';
import { ownIdentity, withLock } from './processes/home-lock.js';
import { HomeServers } from './processes/home-servers.js';
import type { Stack, StackOptions } from './stack.js';

/**
 * Brings up a MongoDB replica set of one, Kafka and, on request, the BigQuery emulator, all at once, and waits until each
 * does real work: a write, a topic, a query. Servers of this home that already run are used as they are; those of a
 * process that died are taken over. When one part fails, those started by this call are stopped again. MongoDB and Kafka run in
 * Docker where that can be used (see {@link StackOptions.source}); a first start that fails there goes on with packages.
 *
 * @throws StackInterruptedError, PortTakenError, MissingToolError, DownloadError, NotReadyError, StackConflictError, StackError
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const folder = join(resolve(options.home), 'stack');
  const owner = options.keep ? null : await ownIdentity();
  return withLock(folder, async () => {
    const report = options.onProgress ?? (() => undefined);
    const servers = new HomeServers(folder, owner, report, options.signal);
    const docker = new DockerServers(folder, owner, report, options.signal);
    const stopStarted = async (): Promise<void> => {
      await Promise.all([servers.stopStarted(), docker.stopStarted()]);
    };
    try {
      const { source, note, ports } = await fromDocker(folder, docker, options);
      if (note) report({ part: 'Docker', message: note, done: true });
      const mongodbUri = async (): Promise<string> =>
        ports.mongodb ? replicaSetUri(ports.mongodb) : startMongodb(servers, options.mongodb);
      const [mongodb, kafka, bigquery] = await Promise.allSettled([
        mongodbUri().then(uri => {
          options.onMongodb?.(uri);
          return uri;
        }),
        ports.kafka ? `127.0.0.1:${ports.kafka}` : startKafka(servers, options.kafka),
        options.bigquery ? startBigQuery(servers, options.bigquery) : undefined,
      ]);
      if (mongodb.status === 'rejected' || kafka.status === 'rejected' || bigquery.status === 'rejected')
        throw failureOf([mongodb, kafka, bigquery]);
      return {
        mongodbUri: mongodb.value,
        kafkaBrokers: kafka.value,
        ...(bigquery.value && { bigquery: bigquery.value }),
        source,
        ...(note && { note }),
        started: [...docker.started, ...servers.started].sort(),
        stop: () => withLock(folder, stopStarted),
      };
    } catch (error) {
      await stopStarted();
      throw options.signal?.aborted ? new StackInterruptedError() : error;
    }
  });
}

function failureOf(parts: readonly PromiseSettledResult<unknown>[]): unknown {
  const reasons: unknown[] = parts.flatMap(part => (part.status === 'rejected' ? [part.reason] : []));
  if (reasons.length === 1) return reasons[0];
  const messages = reasons.map(reason => (reason instanceof Error ? reason.message : String(reason)));
  return new AggregateError(reasons, messages.join('\n'));
}
