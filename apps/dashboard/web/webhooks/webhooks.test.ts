import { expect, it } from 'vitest';
import { momentOf, outcomeText, testText } from './webhooks.js';

it('says how a test went', () => {
  expect(testText({ delivered: true, http_status: 204, error: null, latency_ms: 12 })).toBe(
    'Delivered: answered 204 after 12 ms.',
  );
  expect(testText({ delivered: false, http_status: null, error: 'connection refused', latency_ms: 3 })).toBe(
    'Not delivered: connection refused.',
  );
});

it('says what became of an attempt', () => {
  expect([
    outcomeText({ outcome: 'delivered', http_status: 204, error: null }),
    outcomeText({ outcome: 'given_up', http_status: 503, error: 'The endpoint answered 503' }),
    outcomeText({ outcome: 'withheld', http_status: null, error: 'consent_missing' }),
  ]).toEqual(['Delivered (204)', 'Given up: The endpoint answered 503', 'Withheld: consent_missing']);
});

it('reads a moment as UTC', () => {
  expect(['2026-03-02T09:15', '2026-03-02T09:15:07', ''].map(momentOf)).toEqual([
    '2026-03-02T09:15:00.000Z',
    '2026-03-02T09:15:07.000Z',
    undefined,
  ]);
});
