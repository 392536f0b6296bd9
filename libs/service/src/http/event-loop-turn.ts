/**
 * One turn of a thread's event loop: from the first request that it takes up until it has worked off all that had come by then. What it takes
 * up late in a turn has waited at least since the turn began.
 */
export class EventLoopTurn {
  private startedMs: number | undefined;

  constructor(private readonly nowMs: () => number = () => performance.now()) {}

  /** How long the request that is taken up now has waited at least, in milliseconds. */
  waitedMs(): number {
    const nowMs = this.nowMs();
    if (this.startedMs === undefined) {
      this.startedMs = nowMs;
      setImmediate(() => (this.startedMs = undefined));
    }
    return nowMs - this.startedMs;
  }
}

/** The turn that this thread is in. */
export const eventLoopTurn = new EventLoopTurn();
