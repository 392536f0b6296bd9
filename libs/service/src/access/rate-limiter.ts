import type { KeyHolder, Scope } from './key-ring.js';

/** Requests a second that each key of a scope may make; a scope that is not named may make any number. */
export type RateLimits = Readonly<Partial<Record<Scope, number>>>;

/** A key may use at once what it left unused for so long. */
const BURST_SECONDS = 2;

interface Bucket {
  tokens: number;
  filledAtMs: number;
}

/** Counts each key's requests in this process by a token bucket: a steady rate, with bursts of two seconds' worth. */
export class RateLimiter {
  private readonly buckets = new WeakMap<KeyHolder, Bucket>();

  constructor(
    private readonly limits: RateLimits,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** Takes one request of a key. Returns the seconds it should wait, rounded up, where it has none left; else 0. */
  take(holder: KeyHolder): number {
    const perSecond = this.limits[holder.scope];
    if (perSecond === undefined) return 0;
    const nowMs = this.nowMs();
    const capacity = Math.max(1, perSecond * BURST_SECONDS);
    const bucket = this.buckets.get(holder) ?? { tokens: capacity, filledAtMs: nowMs };
    this.buckets.set(holder, bucket);
    bucket.tokens = Math.min(capacity, bucket.tokens + ((nowMs - bucket.filledAtMs) / 1000) * perSecond);
    bucket.filledAtMs = nowMs;
    if (bucket.tokens < 1) return Math.ceil((1 - bucket.tokens) / perSecond);
    bucket.tokens -= 1;
    return 0;
  }
}
