import { setTimeout as delay } from 'node:timers/promises';
import type { Warehouse } from '@laurel/warehouse';
import type { Logger } from 'pino';

const LOOK_EVERY_MS = 10_000;
const QUIET_MS = 30_000;
const MINUTE_MS = 60_000;

/** What a {@link MartsRefresher} works with. */
export interface MartsRefresherOptions {
  warehouse: Warehouse;
  logger: Logger;
  windowDays: number;
  /** At most once in so many minutes. */
  everyMinutes: number;
  /** Rises with every batch that any process stores and every erasure that any has done; nothing is built while it stands still. */
  changes(): Promise<bigint>;
}

/**
 * Keeps the warehouse's models fresh for whoever reads them (BI tools, exports): builds all of them when changes were stored or customers erased, first as soon
 * as half a minute has passed without any, then at most every so many minutes. Training builds what it needs by itself. May be started again
 * after a stop.
 */
export class MartsRefresher {
  private stopping: AbortController | undefined;
  private loop: Promise<void> = Promise.resolve();

  constructor(private readonly options: MartsRefresherOptions) {}

  start(): void {
    if (this.stopping) return;
    this.stopping = new AbortController();
    this.loop = this.run(this.stopping.signal);
  }

  /** Ends a build under way; readers keep what they had. */
  async stop(): Promise<void> {
    this.stopping?.abort();
    await this.loop;
    this.stopping = undefined;
  }

  private async run(signal: AbortSignal): Promise<void> {
    let seen = { changes: 0n, atMs: performance.now() };
    let built = { changes: -1n, atMs: -Infinity };
    while (!signal.aborted) {
      await delay(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      try {
        const changes = await this.options.changes();
        const nowMs = performance.now();
        if (changes !== seen.changes) seen = { changes, atMs: nowMs };
        const due =
          built.atMs === -Infinity
            ? nowMs - seen.atMs >= QUIET_MS
            : nowMs - built.atMs >= this.options.everyMinutes * MINUTE_MS;
        if (!due || changes === built.changes) continue;
        built = { changes, atMs: nowMs };
        await this.build(signal);
      } catch (err) {
        if (!signal.aborted) this.options.logger.error({ err }, 'warehouse models could not be built');
      }
    }
  }

  private async build(signal: AbortSignal): Promise<void> {
    const { warehouse, logger, windowDays } = this.options;
    const startedMs = performance.now();
    await warehouse.buildModels({ windowDays, signal });
    logger.info({ durationMs: Math.round(performance.now() - startedMs) }, 'warehouse models built');
  }
}
