import { DeadLetters, type DeadLetterCount } from '@laurel/change-log';
import { LOGGED_COLLECTIONS } from '@laurel/shop';
import { Controller, Get } from '@nestjs/common';
import { Capture } from '../capture/capture.js';
import { Loader, type PartitionLag } from '../load/loader.js';
import { OplogWatch } from './oplog-watch.js';

/** `GET /v1/status`: how far the shop's changes have come. Settled when capture streams with a lag of 0 s and load has none. */
@Controller('v1/status')
export class StatusController {
  constructor(
    private readonly capture: Capture,
    private readonly loader: Loader,
    private readonly deadLetters: DeadLetters,
    private readonly oplog: OplogWatch,
  ) {}

  @Get()
  async status(): Promise<IngesterStatus> {
    const { status } = this.capture;
    const [lags, deadLetters] = await Promise.all([this.loader.lags(), this.deadLetters.count()]);
    const oplog = await this.oplog.room(status.streamPosition);
    const { stored, duplicates, error, halted, lastBatchAt, storeRate } = this.loader.status;
    return {
      capture: {
        state: status.state,
        epoch: status.epoch ?? null,
        writer: status.writer ?? null,
        snapshot: status.snapshot,
        lag_seconds: status.lagMs === undefined ? null : status.lagMs / 1000,
        changes_sent: status.changesSent,
        changes_per_second: rounded(status.sendRate.perSecond()),
        last_token_at: status.lastTokenAt?.toISOString() ?? null,
        stream_position: status.streamPosition?.toISOString() ?? null,
        oplog: oplog ? { window_seconds: oplog.windowSeconds, left_seconds: oplog.leftSeconds } : null,
        history_lost: status.historyLost,
        without_images: status.withoutImages,
        error: status.error ?? null,
      },
      load: {
        ...summed(lags),
        collections: LOGGED_COLLECTIONS.map(collection => ({
          collection,
          ...summed(lags.filter(each => each.collection === collection)),
        })),
        partitions: lags.map(({ topic, partition, lag, lagMs }) => ({
          topic,
          partition,
          lag,
          lag_seconds: lagMs / 1000,
        })),
        stored,
        rows_per_second: rounded(storeRate.perSecond()),
        duplicates,
        last_batch_at: lastBatchAt?.toISOString() ?? null,
        error: halted ?? error ?? null,
      },
      dead_letters: deadLetters,
      as_of: new Date().toISOString(),
    };
  }
}

function summed(lags: readonly PartitionLag[]): Lag {
  return {
    lag: lags.reduce((sum, { lag }) => sum + lag, 0),
    lag_seconds: Math.max(0, ...lags.map(({ lagMs }) => lagMs)) / 1000,
  };
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

/** What waits to be stored: how many messages, and for how long at most. */
interface Lag {
  /** Messages that the warehouse does not hold yet. */
  lag: number;
  /** The longest that the oldest of them can have been waiting; 0 where none waits. */
  lag_seconds: number;
}

/** The answer of `GET /v1/status`. */
export interface IngesterStatus {
  capture: {
    state: string;
    epoch: number | null;
    writer: number | null;
    snapshot: Partial<Record<string, { sent: number; estimated: number; done: boolean }>>;
    /** How old the last change was when it reached the log; 0 at the end of the stream. */
    lag_seconds: number | null;
    changes_sent: number;
    /** Over the last half minute. */
    changes_per_second: number;
    last_token_at: string | null;
    stream_position: string | null;
    /** How far back MongoDB remembers changes, and how much of that lies behind capture; null where its oplog may not be read. */
    oplog: { window_seconds: number; left_seconds: number } | null;
    history_lost: number;
    without_images: readonly string[];
    error: string | null;
  };
  /** Over all partitions, by collection, and by partition. */
  load: Lag & {
    collections: (Lag & { collection: string })[];
    partitions: (Lag & { topic: string; partition: number })[];
    stored: number;
    /** Over the last half minute. */
    rows_per_second: number;
    duplicates: number;
    last_batch_at: string | null;
    error: string | null;
  };
  dead_letters: DeadLetterCount;
  as_of: string;
}
