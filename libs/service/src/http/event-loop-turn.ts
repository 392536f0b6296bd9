import { setImmediate as nextTurn } from 'node:timers/promises';

/** Fewer requests in one turn are no rush, however long they take or the machine stands still. */
const RUSH = 32;

/**
 * One turn of a thread's event loop: from the first request that it takes up until it has worked off all that had come by then. What it takes
 * up late in a turn has waited at least since the turn began.
 */
export class EventLoopTurn {
  private startedMs = 0;
  private taken = 0;
  private heldMs = 0;

  constructor(private readonly nowMs: () => number = () => performance.now()) {}

  /** Counts a request that is taken up. */
  take(): void {
    if (this.taken++ > 0) return;
    this.startedMs = this.nowMs();
    setImmediate(() => {
      this.heldMs = this.waitedMs();
      this.taken = 0;
    });
  }

  /** How long the request that was taken up last has waited at least, in milliseconds; 0 for the first 32 of a turn. */
  waitedMs(): number {
    return this.taken <= RUSH ? 0 : this.nowMs() - this.startedMs;
  }

  /** Lets everything that has come by now go first. Returns how long the last of it has waited, as {@link waitedMs} does. */
  async giveWay(): Promise<number> {
    this.heldMs = 0;
    await nextTurn();
    return this.heldMs;
  }
}

/** The turn that this thread is in. */
export const eventLoopTurn = new EventLoopTurn();
