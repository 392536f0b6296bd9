import pc from 'picocolors';
import { table } from '../terminal/table.js';
import type { PipelineStatus } from './pipeline-status.js';

const SOON_LOST_SECONDS = 3600;

/** The state of the pipeline as text for a terminal; `partitions` shows each of them beside the collections. */
export function statusView(status: PipelineStatus, { partitions = false } = {}): string {
  const { load, dead_letters: deadLetters } = status;
  return [
    captureLines(status),
    '',
    `${pc.bold('load')}      ${load.error === null ? waiting(load) : pc.red(load.error)}`,
    `          ${count(load.stored)} rows stored, ${count(load.duplicates)} sent again and dropped, ${load.rows_per_second} a second`,
    `          last batch ${load.last_batch_at ?? '–'}`,
    '',
    table(
      ['collection', ...(partitions ? ['partition'] : []), 'read', 'waiting', 'for up to'],
      partitions ? partitionRows(status) : collectionRows(status),
    ),
    '',
    `${pc.bold('dead letters')}  ${deadLetters.open === 0 ? 'none open' : pc.yellow(`${count(deadLetters.open)} open: laurel deadletters list`)}`,
    pc.dim(`as of ${status.as_of}`),
  ].join('\n');
}

/** `90 s` as `1 min 30 s`: the two largest units. */
export function duration(seconds: number): string {
  if (seconds < 0) return `-${duration(-seconds)}`;
  if (seconds < 60) return `${Math.round(seconds * 10) / 10} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.floor(whole / 60);
  if (whole < 172_800) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  const hours = Math.floor(minutes / 60);
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

function captureLines({ capture }: PipelineStatus): string {
  const { state, epoch, lag_seconds: lag, stream_position: position, oplog, error } = capture;
  const behind = lag === null ? '' : lag === 0 ? ', at the end of the stream' : `, ${duration(lag)} behind`;
  const lines = [
    `${pc.bold('capture')}   ${error === null ? state : pc.red(`${state}: ${error}`)}${behind}${epoch === null ? '' : `, epoch ${epoch}`}`,
    `          ${count(capture.changes_sent)} changes sent, ${capture.changes_per_second} a second; the stream stands at ${position ?? '–'}`,
  ];
  if (oplog) {
    const left = `${duration(oplog.left_seconds)} of ${duration(oplog.window_seconds)} left of the oplog`;
    const soon = oplog.left_seconds < Math.min(SOON_LOST_SECONDS, oplog.window_seconds / 4);
    lines.push(`          ${soon ? pc.yellow(left) : left}`);
  }
  if (capture.history_lost > 0)
    lines.push(pc.yellow(`          history was lost ${capture.history_lost} times: everything was read anew`));
  return lines.join('\n');
}

function collectionRows(status: PipelineStatus): (string | number)[][] {
  return status.load.collections.map(({ collection, lag, lag_seconds: seconds }) => [
    collection,
    read(status, collection),
    lag,
    lag === 0 ? '' : duration(seconds),
  ]);
}

function partitionRows(status: PipelineStatus): (string | number)[][] {
  return status.load.partitions.map(({ topic, partition, lag, lag_seconds: seconds }) => {
    const collection = topic.slice(topic.lastIndexOf('.') + 1);
    return [collection, String(partition), read(status, collection), lag, lag === 0 ? '' : duration(seconds)];
  });
}

function read({ capture: { snapshot } }: PipelineStatus, collection: string): string {
  const progress = snapshot[collection];
  if (!progress || progress.done) return 'whole';
  return `${count(progress.sent)} of about ${count(Math.max(progress.sent, progress.estimated))}`;
}

function waiting({ lag, lag_seconds: seconds }: { lag: number; lag_seconds: number }): string {
  return lag === 0
    ? 'every change is in the warehouse'
    : `${count(lag)} changes waiting, for up to ${duration(seconds)}`;
}

function count(value: number): string {
  return value.toLocaleString('en');
}
