const SPAN_SECONDS = 30;

/** Counts what happens and tells how much of it there was a second, over the last half minute or since the first time asked. */
export class RateMeter {
  /** Counts by whole second, in a ring. */
  private readonly counts = new Array<number>(SPAN_SECONDS).fill(0);
  private second = 0;
  private firstSecond = 0;

  note(count: number, nowMs = performance.now()): void {
    this.turnTo(nowMs);
    const slot = this.second % SPAN_SECONDS;
    this.counts[slot] = (this.counts[slot] ?? 0) + count;
  }

  /** The second under way counts as a whole one. */
  perSecond(nowMs = performance.now()): number {
    this.turnTo(nowMs);
    const seconds = Math.min(SPAN_SECONDS, this.second - this.firstSecond + 1);
    return this.counts.reduce((sum, count) => sum + count, 0) / seconds;
  }

  private turnTo(nowMs: number): void {
    const second = Math.floor(nowMs / 1000);
    if (this.second === 0) this.second = this.firstSecond = second;
    const passed = Math.min(SPAN_SECONDS, second - this.second);
    for (let step = 1; step <= passed; step++) this.counts[(second - passed + step) % SPAN_SECONDS] = 0;
    this.second = Math.max(this.second, second);
  }
}
