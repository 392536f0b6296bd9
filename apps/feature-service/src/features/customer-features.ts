import { Money } from '@laurel/shop';

/**
 * A customer's features over a window of time. Names follow the warehouse's `user_features`, which holds the same numbers to the last bit.
 * Money is in the shop's currency.
 */
export interface CustomerFeatures {
  /** Distinct `ga_session_id`s with an event in the window. */
  session_count: number;
  /** Sum of `engagement_time_msec` over the events in the window, with or without a session. */
  total_time_spend_by_user_in_msec: number;
  /** Exact revenue divided by the number of orders; 0 without orders. */
  average_order_value: number;
  /** Orders in the window that count (see `countedOrder`). */
  no_of_orders: number;
  revenue: number;
  /** First and last counted order within the window. */
  first_order_at: Date | null;
  last_order_at: Date | null;
}

/** An event as the features see it; `sessionId` is null where it names no session. */
export interface FeatureEvent {
  sessionId: string | null;
  timeMs: number;
  engagementTimeMsec: number;
}

/** A counted order as the features see it: its exact value as decimal text. */
export interface FeatureOrder {
  placedAt: Date;
  value: string;
}

const DAY_MS = 86_400_000;

/** The first moment, in milliseconds since 1970, that counts as within the window. */
export function windowStartMs(asOf: Date, windowDays: number): number {
  return asOf.getTime() - windowDays * DAY_MS;
}

/** Features of one customer's events and counted orders: an item counts when its time is at or after `asOf` − `windowDays` of 24 h. */
export function featuresOf(
  events: readonly FeatureEvent[],
  orders: readonly FeatureOrder[],
  asOf: Date,
  windowDays: number,
): CustomerFeatures {
  const startMs = windowStartMs(asOf, windowDays);
  const sessionIds = new Set<string>();
  let engagementTimeMsec = 0;
  for (const event of events) {
    if (event.timeMs < startMs) continue;
    engagementTimeMsec += event.engagementTimeMsec;
    if (event.sessionId !== null) sessionIds.add(event.sessionId);
  }
  let count = 0;
  let total = 0n;
  let first: Date | null = null;
  let last: Date | null = null;
  for (const { placedAt, value } of orders) {
    if (placedAt.getTime() < startMs) continue;
    count++;
    total += Money.of(value);
    if (first === null || placedAt < first) first = placedAt;
    if (last === null || placedAt > last) last = placedAt;
  }
  const revenue = Money.toNumber(total);
  return {
    session_count: sessionIds.size,
    total_time_spend_by_user_in_msec: engagementTimeMsec,
    average_order_value: count === 0 ? 0 : revenue / count,
    no_of_orders: count,
    revenue,
    first_order_at: first,
    last_order_at: last,
  };
}
