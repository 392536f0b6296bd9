import { Counter, Gauge, type Registry } from 'prom-client';
import type { Capture } from '../capture/capture.js';
import type { CaptureState } from '../capture/capture-status.js';
import type { Loader } from '../load/loader.js';
import type { DeadLetters } from '@laurel/change-log';

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

/** What Prometheus is told of capture and load. */
export function registerIngesterMetrics(
  registry: Registry,
  capture: Capture,
  loader: Loader,
  deadLetters: DeadLetters,
): void {
  const registers = [registry];
  const counters: [string, string, () => number][] = [
    [
      'laurel_capture_changes_sent_total',
      'Changes written to the log by this process',
      () => capture.status.changesSent,
    ],
    [
      'laurel_capture_history_lost_total',
      'Times that MongoDB no longer held what follows the token',
      () => capture.status.historyLost,
    ],
    ['laurel_load_rows_stored_total', 'Rows stored in the warehouse by this process', () => loader.status.stored],
    [
      'laurel_load_duplicates_dropped_total',
      'Messages dropped because they had been sent before',
      () => loader.status.duplicates,
    ],
    ['laurel_load_dead_letters_total', 'Dead letters written by this process', () => loader.status.deadLetters],
  ];
  for (const [name, help, value] of counters) {
    const counter = new Counter({
      name,
      help,
      registers,
      collect() {
        this.reset();
        this.inc(value());
      },
    });
    counter.inc(0);
  }
  new Gauge({
    name: 'laurel_capture_state',
    help: '1 for the state that capture is in',
    labelNames: ['state'],
    registers,
    collect() {
      for (const state of STATES) this.set({ state }, capture.status.state === state ? 1 : 0);
    },
  });
  new Gauge({
    name: 'laurel_capture_lag_seconds',
    help: 'Age of the last change when it was written to the log; 0 at the end of the stream',
    registers,
    collect() {
      this.set((capture.status.lagMs ?? 0) / 1000);
    },
  });
  new Gauge({
    name: 'laurel_load_lag_messages',
    help: 'Messages in the log that the warehouse does not hold yet',
    labelNames: ['topic', 'partition'],
    registers,
    async collect() {
      for (const { topic, partition, lag } of await loader.lags()) this.set({ topic, partition }, lag);
    },
  });
  new Gauge({
    name: 'laurel_dead_letters_open',
    help: 'Dead letters that were not replayed',
    registers,
    async collect() {
      this.set((await deadLetters.count()).open);
    },
  });
}
