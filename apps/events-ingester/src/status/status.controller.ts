import { DeadLetters, type DeadLetterCount } from '@laurel/change-log';
import { Controller, Get } from '@nestjs/common';
import { Capture } from '../capture/capture.js';
import { Loader, type PartitionLag } from '../load/loader.js';

/** `GET /v1/status`: how far the shop's changes have come. Settled when capture streams with a lag of 0 s and load has none. */
@Controller('v1/status')
export class StatusController {
  constructor(
    private readonly capture: Capture,
    private readonly loader: Loader,
    private readonly deadLetters: DeadLetters,
  ) {}

  @Get()
  async status(): Promise<IngesterStatus> {
    const { status } = this.capture;
    const [partitions, deadLetters] = await Promise.all([this.loader.lags(), this.deadLetters.count()]);
    const { stored, duplicates, error, halted, lastBatchAt } = this.loader.status;
    return {
      capture: {
        state: status.state,
        epoch: status.epoch ?? null,
        writer: status.writer ?? null,
        snapshot: status.snapshot,
        lag_seconds: status.lagMs === undefined ? null : status.lagMs / 1000,
        changes_sent: status.changesSent,
        last_token_at: status.lastTokenAt?.toISOString() ?? null,
        stream_position: status.streamPosition?.toISOString() ?? null,
        history_lost: status.historyLost,
        without_images: status.withoutImages,
        error: status.error ?? null,
      },
      load: {
        lag: partitions.reduce((sum, { lag }) => sum + lag, 0),
        partitions,
        stored,
        duplicates,
        last_batch_at: lastBatchAt?.toISOString() ?? null,
        error: halted ?? error ?? null,
      },
      dead_letters: deadLetters,
      as_of: new Date().toISOString(),
    };
  }
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
    last_token_at: string | null;
    stream_position: string | null;
    history_lost: number;
    without_images: readonly string[];
    error: string | null;
  };
  load: {
    /** Messages that the warehouse does not hold yet, over all partitions. */
    lag: number;
    partitions: PartitionLag[];
    stored: number;
    duplicates: number;
    last_batch_at: string | null;
    error: string | null;
  };
  dead_letters: DeadLetterCount;
  as_of: string;
}
