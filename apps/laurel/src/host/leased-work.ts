import { setTimeout as delay } from 'node:timers/promises';
import type { LeaseHolder } from '@laurel/change-log';

const LOOK_EVERY_MS = 500;

/** Work that can be started again after it was stopped. */
export interface Work {
  start(): void;
  /** Resolves once it has ended. */
  stop(): Promise<void>;
}

/** Does work while this process holds a lease, so that of all processes that could do it one does. */
export class LeasedWork {
  private stopped = false;
  private loop: Promise<void> = Promise.resolve();

  constructor(
    private readonly lease: LeaseHolder,
    private readonly works: readonly Work[],
  ) {}

  async start(): Promise<void> {
    await this.lease.start();
    this.loop = this.run();
  }

  /** Ends the work, then lets another process take over at once. */
  async stop(): Promise<void> {
    this.stopped = true;
    if (!this.lease.held()) await this.lease.stop();
    await this.loop;
    await this.lease.stop();
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      await this.lease.acquired();
      if (this.stopped) return;
      for (const work of this.works) work.start();
      while (!this.stopped && this.lease.held()) await delay(LOOK_EVERY_MS);
      await Promise.all(this.works.map(work => work.stop()));
    }
  }
}
