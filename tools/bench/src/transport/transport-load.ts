import type { OutgoingMessage } from '@laurel/change-log';

const FIRST_BYTES = 400;
const RANGE_BYTES = 600;
const FILLING =
  '{"productId":"4006381333931","name":"Notebook A5","quantity":2,"unitPrice":{"amount":"12.90"}},'.repeat(12);

/** Messages as capture sends them: values of 400 to 1,000 bytes, with CloudEvents' headers. */
export function changeMessages(from: number, count: number): OutgoingMessage[] {
  return Array.from({ length: count }, (_, index) => {
    const number = from + index;
    const bytes = FIRST_BYTES + ((number * 7919) % RANGE_BYTES);
    return {
      key: `{"id":"{\\"$oid\\":\\"${number.toString(16).padStart(24, '0')}\\"}"}`,
      value: FILLING.slice(0, bytes),
      headers: {
        ce_specversion: '1.0',
        ce_id: `82${number.toString(16).padStart(40, '0')}`,
        ce_source: '/laurel/shop/orders',
        ce_type: 'laurel.change.u',
        ce_time: '2026-01-31T12:00:00.000Z',
        'x-seq': `00000001/${number.toString(16).padStart(48, '0')}`,
        'x-epoch': '1',
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      },
    };
  });
}
