import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MeasuredProcess } from '../measuring/measured-process.js';
import type { DebeziumJars } from './debezium-jars.js';
import type { CaptureTask, Ingester } from './ingester.js';

const PREFIX = 'debezium';
const REST_PORT = 47_190;
/** Memory and collector of `bin/connect-standalone.sh`. */
const JVM_OPTIONS = [
  '-Xms256M',
  '-Xmx2G',
  '-server',
  '-XX:+UseG1GC',
  '-XX:MaxGCPauseMillis=20',
  '-XX:InitiatingHeapOccupancyPercent=35',
  '-XX:+ExplicitGCInvokesConcurrent',
  '-XX:MaxInlineLevel=15',
  '-Djava.awt.headless=true',
];
/** What its documentation advises for speed: short polls, large batches. */
const TUNING = {
  'poll.interval.ms': 5,
  'max.batch.size': 8192,
  'max.queue.size': 32_768,
  'producer.override.batch.size': 262_144,
  'producer.override.linger.ms': 5,
};

/** Debezium's MongoDB connector, tuned for speed, on a standalone worker of Kafka Connect. Needs Java 17. */
export function debezium({ worker, plugins }: DebeziumJars): Ingester {
  return {
    name: 'debezium',
    topicOf: ({ database }) => `${PREFIX}.${database}.events`,
    async start(task) {
      const path = (end: string) => join(task.home, `${task.database}-debezium${end}`);
      await writeFile(path('-worker.properties'), properties(workerSettings(task, plugins, path('.offsets'))));
      await writeFile(path('.properties'), properties(connectorSettings(task)));
      return MeasuredProcess.start({
        name: 'Debezium',
        command: 'java',
        args: [
          ...JVM_OPTIONS,
          ...['-cp', join(worker, '*'), 'org.apache.kafka.connect.cli.ConnectStandalone'],
          ...[path('-worker.properties'), path('.properties')],
        ],
        logPath: path('.log'),
      });
    },
  };
}

function workerSettings({ kafkaBrokers }: CaptureTask, plugins: string, offsets: string): Settings {
  return {
    'bootstrap.servers': kafkaBrokers,
    'key.converter': 'org.apache.kafka.connect.json.JsonConverter',
    'key.converter.schemas.enable': false,
    'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
    'value.converter.schemas.enable': false,
    'offset.storage.file.filename': offsets,
    'offset.flush.interval.ms': 10_000,
    'plugin.path': plugins,
    listeners: `http://127.0.0.1:${REST_PORT}`,
    'rest.advertised.host.name': '127.0.0.1',
  };
}

function connectorSettings({ mongodbUri, database }: CaptureTask): Settings {
  return {
    name: 'debezium',
    'connector.class': 'io.debezium.connector.mongodb.MongoDbConnector',
    'tasks.max': 1,
    'mongodb.connection.string': mongodbUri,
    'topic.prefix': PREFIX,
    'database.include.list': database,
    'collection.include.list': `${database}.events`,
    'snapshot.mode': 'initial',
    ...TUNING,
  };
}

type Settings = Readonly<Record<string, string | number | boolean>>;

function properties(settings: Settings): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}
