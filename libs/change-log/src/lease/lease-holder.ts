import type { HeldLease, Leases } from '@laurel/service';
import type { Logger } from 'pino';

export interface LeaseHolderOptions {
  leases: Leases;
  /** What the lease is for, e.g. `capture:shop`. */
  name: string;
  logger: Logger;
  /** How often to take or renew it; a third of the lease's duration leaves room for two failures. */
  renewEveryMs: number;
  /** The lease counts as lost this long before it lapses, so that work under way can end in time. */
  marginMs?: number;
}

/**
 * Takes a lease when it is free and renews it while this process lives. {@link held} answers by the local clock, so a process that was
 * suspended or cut off knows that it has lost the lease without asking anybody.
 */
export class LeaseHolder {
  private lease: HeldLease | undefined;
  private timer: NodeJS.Timeout | undefined;
  private attempt: Promise<void> = Promise.resolve();
  private waiters: (() => void)[] = [];
  private stopped = false;

  constructor(private readonly options: LeaseHolderOptions) {}

  /** Tries once at once, then keeps trying in the background. */
  async start(): Promise<void> {
    this.stopped = false;
    await this.renew();
  }

  /** The lease, or undefined when somebody else has it or it may have lapsed. */
  held(): HeldLease | undefined {
    const { marginMs = 250 } = this.options;
    return this.lease !== undefined && Date.now() < this.lease.validUntilMs - marginMs ? this.lease : undefined;
  }

  /** Resolves when the lease is held, or the holder has stopped. */
  async acquired(): Promise<void> {
    while (!this.stopped && this.held() === undefined) await new Promise<void>(resolve => this.waiters.push(resolve));
  }

  /** Gives the lease up, so that another need not wait for it to lapse. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.attempt;
    const had = this.lease !== undefined;
    this.lease = undefined;
    this.wake();
    if (had)
      await this.options.leases
        .release(this.options.name)
        .catch((err: unknown) => this.options.logger.warn({ err }, 'lease not released'));
  }

  private async renew(): Promise<void> {
    this.attempt = this.tryOnce();
    await this.attempt;
    if (!this.stopped) this.timer = setTimeout(() => void this.renew(), this.options.renewEveryMs);
  }

  private async tryOnce(): Promise<void> {
    const { leases, name, logger } = this.options;
    try {
      this.lease = await leases.acquire(name);
      if (this.lease) this.wake();
    } catch (err) {
      logger.warn({ err, lease: name }, 'lease neither taken nor renewed; trying again');
    }
  }

  private wake(): void {
    for (const wake of this.waiters.splice(0)) wake();
  }
}
