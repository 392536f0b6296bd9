const BUCKET_MS = 15 * 60_000;

/** A time zone the platform does not know. */
export class UnknownTimeZoneError extends Error {
  constructor(readonly timeZone: string) {
    super(`${JSON.stringify(timeZone)} is no time zone: an IANA name such as Europe/London or UTC was expected`);
    this.name = 'UnknownTimeZoneError';
  }
}

/** Turns the wall clock of a time zone into UTC. Offsets are remembered, so millions of times cost little. */
export class LocalClock {
  readonly #format: Intl.DateTimeFormat | undefined;
  readonly #offsetsMs = new Map<number, number>();

  /** @throws UnknownTimeZoneError */
  constructor(readonly timeZone: string = 'UTC') {
    if (timeZone === 'UTC') return;
    try {
      this.#format = new Intl.DateTimeFormat('en-US', {
        timeZone,
        hourCycle: 'h23',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
      });
    } catch (error) {
      if (error instanceof RangeError) throw new UnknownTimeZoneError(timeZone);
      throw error;
    }
  }

  /**
   * Milliseconds since 1970 UTC at which the zone's clock shows `wallMs` (the same reading taken as if it were UTC). A reading the clock
   * skips or shows twice is taken with the offset before the change.
   */
  toUtcMs(wallMs: number): number {
    if (!this.#format) return wallMs;
    const before = wallMs - this.#offsetMs(wallMs - 24 * 3_600_000);
    if (before + this.#offsetMs(before) === wallMs) return before;
    const after = wallMs - this.#offsetMs(wallMs + 24 * 3_600_000);
    return after + this.#offsetMs(after) === wallMs ? after : before;
  }

  #offsetMs(utcMs: number): number {
    const bucket = Math.floor(utcMs / BUCKET_MS);
    let offsetMs = this.#offsetsMs.get(bucket);
    if (offsetMs === undefined) {
      offsetMs = this.#wallMs(bucket * BUCKET_MS) - bucket * BUCKET_MS;
      this.#offsetsMs.set(bucket, offsetMs);
    }
    return offsetMs;
  }

  #wallMs(utcMs: number): number {
    const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
    for (const { type, value } of this.#format?.formatToParts(utcMs) ?? []) parts[type] = Number(value);
    return Date.UTC(parts.year ?? 0, (parts.month ?? 1) - 1, parts.day, parts.hour, parts.minute, parts.second);
  }
}
