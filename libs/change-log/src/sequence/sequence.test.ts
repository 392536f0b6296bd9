import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ResumeTokenError, Sequence } from './sequence.js';
import { SequenceFilter } from './sequence-filter.js';

const epoch = fc.integer({ min: 1, max: 999_999 });
const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789ABCDEF'), minLength: length, maxLength: length });
// 82, then a cluster time after 1970, then the rest.
const token = fc
  .tuple(fc.integer({ min: 1, max: 0xffffffff }), hex(60))
  .map(([time, rest]) => `82${time.toString(16).toUpperCase().padStart(8, '0')}${rest}`);
const chunk = fc.nat();

describe('Sequence', () => {
  it('has one width, so that text comparison is right', () => {
    fc.assert(
      fc.property(epoch, token, chunk, (e, t, c) => {
        expect(Sequence.ofStream(e, t)).toHaveLength(57);
        expect(Sequence.ofChunk(e, c)).toHaveLength(57);
      }),
    );
  });

  it('puts stream events in the order of their tokens, chunks in the order of their numbers', () => {
    fc.assert(
      fc.property(epoch, token, token, chunk, chunk, (e, t1, t2, c1, c2) => {
        const [a, b] = [t1.slice(0, 50), t2.slice(0, 50)];
        expect(Math.sign(compare(Sequence.ofStream(e, t1), Sequence.ofStream(e, t2)))).toBe(compare(a, b));
        expect(compare(Sequence.ofChunk(e, c1), Sequence.ofChunk(e, c2))).toBe(Math.sign(c1 - c2));
      }),
    );
  });

  it('puts an epoch above all former ones, and its snapshot below its stream', () => {
    fc.assert(
      fc.property(epoch, token, chunk, (e, t, c) => {
        expect(Sequence.ofChunk(e, c) < Sequence.ofStream(e, t)).toBe(true);
        expect(Sequence.ofStream(e, t) < Sequence.startOf(e + 1)).toBe(e < 999_999);
      }),
    );
  });

  it('refuses a token it cannot order', () => {
    expect(() => Sequence.ofStream(1, 'ab')).toThrow(ResumeTokenError);
  });
});

describe('SequenceFilter', () => {
  /** A partition's changes: a few chunks of rows, then stream events. */
  const changes = fc
    .tuple(fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 }), fc.nat(12))
    .map(([chunks, events]) => [
      ...chunks.flatMap((rows, index) =>
        Array.from({ length: rows }, (_, row) => ({ seq: Sequence.ofChunk(1, index), id: `r${index}-${row}` })),
      ),
      ...Array.from({ length: events }, (_, index) => ({
        seq: Sequence.ofStream(1, `8265F1A2B3${String(index + 1).padStart(40, '0')}`),
        id: `s${index}`,
      })),
    ]);

  it('accepts each change once, in order, whatever writers restart or overlap', () => {
    fc.assert(
      fc.property(
        changes,
        fc.array(fc.tuple(fc.nat(30), fc.nat(30)), { maxLength: 6 }),
        fc.infiniteStream(fc.nat(3)),
        (all, runs, picks) => {
          // Each writer sends a run that begins at or before what was sent so far; the last one sends the rest. Writers may interleave.
          let sent = 0;
          const writers = [...runs, [30, 1000] as const].map(([back, length]) => {
            const from = chunkStart(all, Math.max(0, sent - back));
            const to = Math.min(all.length, from + length);
            sent = Math.max(sent, to);
            return all.slice(from, to);
          });
          const filter = new SequenceFilter();
          const accepted: string[] = [];
          const take = (change: { seq: string; id: string } | undefined) => {
            if (change && filter.accept(change.seq, change.id)) accepted.push(change.id);
          };
          for (let index = 0; index < writers.length; index++) {
            const [mine = [], next = []] = [writers[index], writers[index + 1]];
            while (mine.length > 0) {
              take(mine.shift());
              // The next writer already sends what it repeats.
              const repeated = next.findIndex(
                ({ id }) => mine.some(change => change.id === id) || !accepted.includes(id),
              );
              if (picks.next().value === 0 && repeated !== 0) take(next.shift());
            }
          }
          expect(accepted).toEqual(all.map(({ id }) => id));
        },
      ),
    );
  });

  it('goes on from a stored position as if it had never stopped', () => {
    fc.assert(
      fc.property(changes, fc.nat(20), (all, cut) => {
        const before = new SequenceFilter();
        const seen = all.slice(0, cut).filter(({ seq, id }) => before.accept(seq, id));
        const high = before.highSeq;
        const after = new SequenceFilter(
          high,
          seen.filter(({ seq }) => seq === high).map(({ id }) => id),
        );
        expect(all.filter(({ seq, id }) => after.accept(seq, id))).toEqual(all.slice(cut));
      }),
    );
  });
});

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A writer resumes a snapshot at the beginning of a chunk. */
function chunkStart(all: readonly { seq: string }[], at: number): number {
  let start = at;
  while (start > 0 && all[start]?.seq === all[start - 1]?.seq) start--;
  return start;
}
