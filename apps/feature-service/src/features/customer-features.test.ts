import { describe, expect, it } from 'vitest';
import { featuresOf } from './customer-features.js';

const asOf = new Date('2026-03-01T00:00:00Z');
const DAY_MS = 86_400_000;
const at = (daysAgo: number) => asOf.getTime() - daysAgo * DAY_MS;

describe('featuresOf', () => {
  it('says 0 for a customer of whom nothing happened', () => {
    expect(featuresOf([], [], asOf, 365)).toEqual({
      session_count: 0,
      total_time_spend_by_user_in_msec: 0,
      average_order_value: 0,
      no_of_orders: 0,
      revenue: 0,
      first_order_at: null,
      last_order_at: null,
    });
  });

  it('counts what lies at the very start of the window, nothing a millisecond before it, and what lies in the future', () => {
    const event = (sessionId: string, timeMs: number) => ({ sessionId, timeMs, engagementTimeMsec: 10 });
    const events = [
      event('edge', at(30)),
      event('edge', at(30) - 1),
      event('old', at(30) - 1),
      event('future', at(-1)),
    ];
    const features = featuresOf(
      events,
      [
        { placedAt: new Date(at(30)), value: '1' },
        { placedAt: new Date(at(30) - 1), value: '2' },
      ],
      asOf,
      30,
    );
    expect(features).toMatchObject({
      session_count: 2,
      total_time_spend_by_user_in_msec: 20,
      no_of_orders: 1,
      revenue: 1,
    });
    expect(features.last_order_at).toEqual(new Date(at(30)));
  });

  it('counts engagement of events without a session, but no session', () => {
    const features = featuresOf([{ sessionId: null, timeMs: at(1), engagementTimeMsec: 70 }], [], asOf, 30);
    expect(features).toMatchObject({ session_count: 0, total_time_spend_by_user_in_msec: 70 });
  });

  it('sums money exactly', () => {
    const orders = ['0.1', '0.2', '0.7'].map(value => ({ placedAt: new Date(at(1)), value }));
    expect(featuresOf([], orders, asOf, 30)).toMatchObject({ revenue: 1, average_order_value: 1 / 3, no_of_orders: 3 });
  });
});
