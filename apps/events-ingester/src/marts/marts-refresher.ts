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
  /** Rises with every batch that any process stores; nothing is built while it stands still. */
  stored(): Promise<bigint>;
}

/**
 * Keeps the warehouse's models fresh for whoever reads them (BI tools, exports): builds all of them when new changes were stored, first as soon
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
    let seen = { stored: 0n, atMs: performance.now() };
    let built = { stored: -1n, atMs: -Infinity };
    while (!signal.aborted) {
      await delay(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      try {
        const stored = await this.options.stored();
        const nowMs = performance.now();
        if (stored !== seen.stored) seen = { stored, atMs: nowMs };
        const due =
          built.atMs === -Infinity
            ? nowMs - seen.atMs >= QUIET_MS
            : nowMs - built.atMs >= this.options.everyMinutes * MINUTE_MS;
        if (!due || stored === built.stored) continue;
        built = { stored, atMs: nowMs };
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
