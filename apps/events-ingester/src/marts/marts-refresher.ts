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
  /** Rows stored so far by this process; nothing is built while it stands still. */
  storedRows(): number;
}

/**
 * Keeps the warehouse's models fresh for whoever reads them (BI tools, exports): builds all of them when new changes were stored, first as soon
 * as half a minute has passed without any, then at most every so many minutes. Training builds what it needs by itself.
 */
export class MartsRefresher {
  private timer: NodeJS.Timeout | undefined;
  private building: Promise<void> | undefined;
  private readonly stopping = new AbortController();
  private seen = { rows: 0, atMs: 0 };
  private built = { rows: -1, atMs: -Infinity };

  constructor(private readonly options: MartsRefresherOptions) {}

  start(): void {
    this.timer = setInterval(() => this.look(performance.now()), LOOK_EVERY_MS);
  }

  /** Ends a build under way; readers keep what they had. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.stopping.abort();
    await this.building;
  }

  private look(nowMs: number): void {
    const rows = this.options.storedRows();
    if (rows !== this.seen.rows) this.seen = { rows, atMs: nowMs };
    const first = this.built.atMs === -Infinity;
    const due = first
      ? nowMs - this.seen.atMs >= QUIET_MS
      : nowMs - this.built.atMs >= this.options.everyMinutes * MINUTE_MS;
    if (!due || rows === this.built.rows || this.building) return;
    this.built = { rows, atMs: nowMs };
    this.building = this.build().finally(() => (this.building = undefined));
  }

  private async build(): Promise<void> {
    const { warehouse, logger, windowDays } = this.options;
    const startedMs = performance.now();
    try {
      await warehouse.buildModels({ windowDays, signal: this.stopping.signal });
      logger.info({ durationMs: Math.round(performance.now() - startedMs) }, 'warehouse models built');
    } catch (error) {
      if (!this.stopping.signal.aborted) logger.error({ err: error }, 'warehouse models could not be built');
    }
  }
}
