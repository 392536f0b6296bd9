import { describe, expect, it } from 'vitest';
import { seal, sealingKeys } from './sealed-box.js';

describe('a sealed message', () => {
  const message = Buffer.from(JSON.stringify({ email: 'zoë@example.com' }));

  it('is opened by whoever made the keys, and differs each time', () => {
    const keys = sealingKeys();
    const [one, two] = [seal(keys.publicKey, message), seal(keys.publicKey, message)];
    expect(keys.open(one)).toEqual(message);
    expect(keys.open(two)).toEqual(message);
    expect(one.equals(two)).toBe(false);
    expect(one.includes(Buffer.from('example.com'))).toBe(false);
    expect(keys.open(seal(keys.publicKey, Buffer.alloc(0)))).toHaveLength(0);
  });

  it('is opened by nobody else, and not when a byte of it was changed', () => {
    const keys = sealingKeys();
    const sealed = seal(keys.publicKey, message);
    expect(() => sealingKeys().open(sealed)).toThrow();
    for (const at of [50, 70, sealed.length - 1]) {
      const altered = Buffer.from(sealed);
      altered[at] = (altered[at] ?? 0) ^ 1;
      expect(() => keys.open(altered)).toThrow();
    }
  });
});
