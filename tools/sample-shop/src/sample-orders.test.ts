import { importOrders, NO_SINK } from '@laurel/order-import';
import { expect, it } from 'vitest';
import { SAMPLE_ORDERS } from './sample-year.js';

it("counts the dirt of the real year's orders, class by class", async () => {
  const report = await importOrders(SAMPLE_ORDERS, NO_SINK, {
    currency: 'GBP',
    timeZone: 'UTC',
    moveDatesTo: new Date('2026-11-21T09:00:00Z'),
  });
  expect(report.rows).toBe(525_461);
  expect(report.kept + report.repaired + report.refused).toBe(report.rows);
  expect(report.classes.reduce((sum, { decided }) => sum + decided, 0)).toBe(report.repaired + report.refused);
  expect(Object.fromEntries(report.classes.map(entry => [entry.class, [entry.rows, entry.decided]]))).toEqual({
    'no-customer': [107_927, 107_927],
    'not-a-product': [2962, 1800],
    'price-not-positive': [3690, 28],
    'quantity-not-positive': [2121, 0],
    'exact-duplicate': [6865, 6765],
    cancellation: [10_206, 9373],
    'untidy-name': [113_552, 87_873],
    'other-name': [28_898, 20_055],
    'other-time': [681, 493],
  });
  expect(report.documents).toEqual({ products: 4022, customers: 4314, orders: 22_987, cancelledOrders: 4159 });
  expect(report.classes[0]?.examples.map(({ row }) => row)).toEqual([264, 284, 285]);
  expect(report).toMatchObject({
    movedByWeeks: 832,
    firstOrderAt: '2025-11-11T07:45:00.000Z',
    lastOrderAt: '2026-11-19T20:01:00.000Z',
  });
}, 60_000);
