import { describe, expect, it } from 'vitest';
import { mentionsOf } from './mentions.js';

describe('a message mentions a customer', () => {
  it.each(['12417', 'c-"1"', 'Zoë\\x'])(
    '%s as a value, within a document kept as text, and nobody whose id is longer',
    id => {
      const mentions = mentionsOf(id);
      const text = (value: unknown) => Buffer.from(JSON.stringify(value));
      expect(mentions(text({ customer_id: id }))).toBe(true);
      expect(mentions(text({ after: JSON.stringify({ customerId: id }) }))).toBe(true);
      expect(mentions(text({ customer_id: `${id}0`, other: `1${id}` }))).toBe(false);
      expect(mentions(text({ after: JSON.stringify({ customerId: `${id}0`, _id: `x${id}` }) }))).toBe(false);
      expect(mentions(null)).toBe(false);
    },
  );
});
