import type { DeadLetters } from '@laurel/change-log';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Capture } from '../capture/capture.js';
import type { CaptureState } from '../capture/capture-status.js';
import type { Loader, PartitionLag } from '../load/loader.js';
import type { OplogWatch } from './oplog-watch.js';

const STATES: readonly CaptureState[] = [
  'starting',
  'standby',
  'snapshot',
  'reconciling',
  'streaming',
  'failing',
  'stopped',
  'elsewhere',
];

/** What the metrics are read from. */
export interface IngesterParts {
  capture: Capture;
  loader: Loader;
  deadLetters: DeadLetters;
  oplog: OplogWatch;
}

/** A value for each combination of labels. */
type Reading = readonly { labels: Record<string, string | number>; value: number }[];

/** What Prometheus is told of capture and load. Counters count since the process began. */
export function registerIngesterMetrics(
  registry: Registry,
  { capture, loader, deadLetters, oplog }: IngesterParts,
): void {
  const registers = [registry];
  const { status } = capture;
  const counter = (name: string, help: string, read: () => Reading | number, labelNames: string[] = []): void => {
    new Counter({
      name,
      help,
      labelNames,
      registers,
      collect() {
        this.reset();
        for (const { labels, value } of readingsOf(read())) this.inc(labels, value);
      },
    });
  };
  const gauge = (
    name: string,
    help: string,
    read: () => Reading | number | Promise<Reading | number>,
    labelNames: string[] = [],
  ): void => {
    new Gauge({
      name,
      help,
      labelNames,
      registers,
      async collect() {
        const readings = readingsOf(await read());
        this.reset();
        for (const { labels, value } of readings) this.set(labels, value);
      },
    });
  };

  counter(
    'laurel_capture_changes_sent_total',
    'Changes written to the log by this process',
    () => Array.from(status.changesSentOf, ([collection, value]) => ({ labels: { collection }, value })),
    ['collection'],
  );
  counter(
    'laurel_capture_history_lost_total',
    'Times that MongoDB no longer held what follows the token',
    () => status.historyLost,
  );
  counter('laurel_load_rows_stored_total', 'Rows stored in the warehouse by this process', () => loader.status.stored);
  counter(
    'laurel_load_duplicates_dropped_total',
    'Messages dropped because they had been sent before',
    () => loader.status.duplicates,
  );
  counter('laurel_load_dead_letters_total', 'Dead letters written by this process', () => loader.status.deadLetters);

  gauge(
    'laurel_capture_state',
    '1 for the state that capture is in',
    () => STATES.map(state => ({ labels: { state }, value: status.state === state ? 1 : 0 })),
    ['state'],
  );
  gauge(
    'laurel_capture_lag_seconds',
    'Age of the last change when it was written to the log; 0 at the end of the stream',
    () => (status.lagMs ?? 0) / 1000,
  );
  gauge(
    'laurel_capture_snapshot_documents_left',
    "Documents that the snapshot has not read yet, by MongoDB's estimate when it began",
    () =>
      Object.entries(status.snapshot).map(([collection, { sent, estimated, done }]) => ({
        labels: { collection },
        value: done ? 0 : Math.max(0, estimated - sent),
      })),
    ['collection'],
  );
  gauge(
    'laurel_capture_oplog_window_seconds',
    'How far back MongoDB remembers changes; absent where its oplog may not be read',
    async () => optional((await oplog.room(status.streamPosition))?.windowSeconds),
  );
  gauge(
    'laurel_capture_oplog_left_seconds',
    'How much of the oplog lies behind capture: how long it may stand still in a full oplog',
    async () => optional((await oplog.room(status.streamPosition))?.leftSeconds),
  );
  let asking: Promise<PartitionLag[]> | undefined;
  /** Asked once for all gauges that are read at a time. */
  const lags = (value: (lag: PartitionLag) => number) => async (): Promise<Reading> => {
    asking ??= loader.lags().finally(() => (asking = undefined));
    return (await asking).map(lag => {
      const { topic, collection, partition } = lag;
      return { labels: { topic, collection, partition }, value: value(lag) };
    });
  };
  const ofPartition = ['topic', 'collection', 'partition'];
  gauge(
    'laurel_load_lag_messages',
    'Messages in the log that the warehouse does not hold yet',
    lags(({ lag }) => lag),
    ofPartition,
  );
  gauge(
    'laurel_load_lag_seconds',
    'The longest that the oldest of these messages can have been waiting',
    lags(({ lagMs }) => lagMs / 1000),
    ofPartition,
  );
  gauge('laurel_load_halted', '1 where messages were deleted from the log before they were stored', () =>
    loader.status.halted === undefined ? 0 : 1,
  );
  gauge(
    'laurel_dead_letters_open',
    'Dead letters that were not replayed',
    async () => (await deadLetters.count()).open,
  );
}

function readingsOf(read: Reading | number): Reading {
  return typeof read === 'number' ? [{ labels: {}, value: read }] : read;
}

function optional(value: number | undefined): Reading {
  return value === undefined ? [] : [{ labels: {}, value }];
}
