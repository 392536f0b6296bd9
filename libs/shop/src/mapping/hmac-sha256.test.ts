import fc from 'fast-check';
import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { HmacSha256 } from './hmac-sha256.js';

it("gives the digests of Node's own HMAC, for keys shorter and longer than a block", () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 100 });
  fc.assert(
    fc.property(text, text, (key, message) => {
      expect(new HmacSha256(key).hex(message)).toBe(createHmac('sha256', key).update(message).digest('hex'));
    }),
  );
});
