import { expect, it } from 'vitest';
import { wayUp } from './explanation.js';

it('says what would move a customer up', () => {
  expect(wayUp({ moves_up: null })).toBeUndefined();
  expect(wayUp({ moves_up: { to: 'PLATINUM', changes: [] } })).toBe(
    'Moves up to Platinum as they are, with the next decision.',
  );
  const changes = [
    { feature: 'no_of_orders', from: 3, to: 5 },
    { feature: 'total_time_spend_by_user_in_msec', from: 60_000, to: 3_600_000 },
  ];
  expect(wayUp({ moves_up: { to: 'GOLD', changes } })).toBe(
    'Would move up to Gold with orders from 3 to 5 and time on site from 1 min to 1 h 0 min.',
  );
});
