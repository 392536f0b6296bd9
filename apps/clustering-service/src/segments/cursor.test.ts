import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TIERS } from '../tiers/tier.js';
import { type Cursor, CursorError, readCursor, writeCursor } from './cursor.js';

const place = fc.record({ at: fc.nat(), id: fc.string() });
const cursor: fc.Arbitrary<Cursor> = fc.oneof(
  fc.record(
    {
      kind: fc.constant('members' as const),
      tier: fc.constantFrom(...TIERS),
      upto: fc.nat(),
      since: fc.nat(),
      after: place,
      delta: fc.boolean(),
    },
    { requiredKeys: ['kind', 'tier', 'upto', 'after', 'delta'] },
  ),
  fc.record(
    {
      kind: fc.constant('changes' as const),
      tier: fc.constantFrom(...TIERS),
      from: fc.nat(),
      upto: fc.nat(),
      after: place,
    },
    { requiredKeys: ['kind', 'tier', 'from'] },
  ),
);

describe('cursor', () => {
  it('comes back as it was written, whatever the customer id', () => {
    fc.assert(
      fc.property(cursor, value => {
        expect(readCursor(writeCursor(value))).toEqual(value);
      }),
    );
  });

  it('is refused when cut or altered', () => {
    fc.assert(
      fc.property(cursor, fc.nat(), fc.nat(), (value, at, other) => {
        const text = writeCursor(value);
        const position = at % text.length;
        const letter = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.charAt(other % 26);
        fc.pre(text.charAt(position) !== letter);
        expect(() => readCursor(text.slice(0, position))).toThrow(CursorError);
        expect(() => readCursor(text.slice(0, position) + letter + text.slice(position + 1))).toThrow(CursorError);
      }),
    );
  });

  it.each(['', 'rubbish', '%%%', 'a'.repeat(1000)])('is refused: %j', text => {
    expect(() => readCursor(text)).toThrow(CursorError);
  });
});
