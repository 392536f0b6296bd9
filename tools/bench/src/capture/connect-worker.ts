import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MeasuredProcess } from '../measuring/measured-process.js';
import type { CaptureTask } from './ingester.js';

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

/** Settings as Java's properties. */
export type ConnectSettings = Readonly<Record<string, string | number | boolean>>;

/** A connector on a standalone worker of Kafka Connect. */
export interface ConnectorSetup {
  name: string;
  /** The worker's folder of jars. */
  worker: string;
  /** A folder of plugins. */
  plugins: string;
  converter: ConnectSettings;
  connector: ConnectSettings;
}

/** Starts a worker with one connector; where it was, it keeps in the task's folder. Needs Java 17. */
export async function startConnector(setup: ConnectorSetup, task: CaptureTask): Promise<MeasuredProcess> {
  const path = (end: string) => join(task.home, `${task.database}-${setup.name}${end}`);
  await writeFile(path('-worker.properties'), properties(workerSettings(setup, task, path('.offsets'))));
  await writeFile(path('.properties'), properties({ name: setup.name, 'tasks.max': 1, ...setup.connector }));
  return MeasuredProcess.start({
    name: setup.name,
    command: 'java',
    args: [
      ...JVM_OPTIONS,
      ...['-cp', join(setup.worker, '*'), 'org.apache.kafka.connect.cli.ConnectStandalone'],
      ...[path('-worker.properties'), path('.properties')],
    ],
    logPath: path('.log'),
  });
}

function workerSettings(
  { plugins, converter }: ConnectorSetup,
  { kafkaBrokers }: CaptureTask,
  offsets: string,
): ConnectSettings {
  return {
    'bootstrap.servers': kafkaBrokers,
    ...converter,
    'offset.storage.file.filename': offsets,
    'offset.flush.interval.ms': 10_000,
    'plugin.path': plugins,
    listeners: `http://127.0.0.1:${REST_PORT}`,
    'rest.advertised.host.name': '127.0.0.1',
  };
}

function properties(settings: ConnectSettings): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}
