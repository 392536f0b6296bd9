/**
 * How long a partition's oldest message that is not stored may have been waiting. The log tells how many messages wait, not since when; but none
 * of them can be older than the newest one stored, nor than the last time that none was waiting. All times are milliseconds since 1970.
 */
export class LagClock {
  private readonly notBefore = new Map<string, number>();

  /** Nothing of the partition was waiting at `atMs`. */
  caughtUp(key: string, atMs: number): void {
    this.raise(key, atMs);
  }

  /** A message with this timestamp was stored, and those after it are waiting. */
  stored(key: string, timestampMs: number): void {
    this.raise(key, timestampMs);
  }

  /** The longest that the oldest waiting message can have been waiting; counted from the first time asked where nothing else is known. */
  waitingMs(key: string, nowMs: number): number {
    const since = this.notBefore.get(key);
    if (since === undefined) this.notBefore.set(key, nowMs);
    return Math.max(0, nowMs - (since ?? nowMs));
  }

  private raise(key: string, toMs: number): void {
    this.notBefore.set(key, Math.max(toMs, this.notBefore.get(key) ?? toMs));
  }
}
