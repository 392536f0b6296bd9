import { expect, test } from 'vitest';
import { newRequestId, originOf } from './request-id.js';

const VERSION = { name: 'product_affinity', version: '7', trainedAt: '2026-02-28T03:00:00.000Z' };

test('a request id tells what made the answer, and is another each time', () => {
  const id = newRequestId(VERSION, '8');
  expect(originOf(id)).toEqual({ model: 'product_affinity', version: '7', group: '8' });
  expect(newRequestId(VERSION, '8')).not.toBe(id);
  expect(originOf(newRequestId({ ...VERSION, name: 'bought-together', version: '0' }, undefined))).toEqual({
    model: 'bought-together',
    version: '0',
    group: undefined,
  });
});

test.each(['', 'x', '9f0c8b1e-0000-4000-8000-000000000000', '9f0c8b1e-0000-4000-8000-000000000000.trending.0.gold'])(
  'the text %j is none',
  text => expect(originOf(text)).toBeUndefined(),
);
