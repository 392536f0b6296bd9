import { describe, expect, it } from 'vitest';
import type { Write } from '../shop/write.js';
import { compareChanges } from './compare-changes.js';
import type { LoadedRow } from './loaded-row.js';

const write = (op: Write['op'], rev: number | null, fate: Write['fate'] = 'captured'): Write => ({
  collection: 'orders',
  key: 'a',
  op,
  rev,
  fate,
});
const row = (op: string, rev: number | null, at: number): LoadedRow => ({
  eventId: `e${at}`,
  seq: `s${at}`,
  op,
  key: 'a',
  partition: 0,
  offset: at,
  rev,
});
const counts = (writes: readonly Write[], rows: readonly LoadedRow[]) => {
  const { lost, doubled, outOfOrder, unwritten } = compareChanges(writes, rows);
  return { lost, doubled, outOfOrder, unwritten };
};
const FINE = { lost: 0, doubled: 0, outOfOrder: 0, unwritten: 0 };

describe('the oracle', () => {
  const writes = [write('c', 1), write('u', 2), write('d', null), write('c', 3)];
  const rows = [row('c', 1, 1), row('u', 2, 2), row('d', null, 3), row('c', 3, 4)];

  it('finds nothing where every change is there once and in order, whatever lies between', () => {
    expect(counts(writes, rows)).toEqual(FINE);
    expect(counts([write('c', 9, 'before'), ...writes], [row('r', 9, 0), ...rows])).toEqual(FINE);
    expect(counts([...writes, write('u', 4, 'unseen'), write('u', 5, 'uncommitted')], rows)).toEqual(FINE);
  });

  it('counts what is lost, also a delete', () => {
    expect(counts(writes, rows.toSpliced(1, 1))).toEqual({ ...FINE, lost: 1 });
    expect(counts(writes, rows.toSpliced(2, 1))).toEqual({ ...FINE, lost: 1 });
    expect(counts(writes, [])).toEqual({ ...FINE, lost: 4 });
  });

  it('counts what is there twice, under one event id or two', () => {
    expect(counts(writes, [...rows, row('c', 3, 4)])).toEqual({ ...FINE, doubled: 1 });
    expect(counts(writes, [...rows, row('u', 2, 5)])).toEqual({ ...FINE, doubled: 1 });
    expect(counts([write('c', 9, 'before')], [row('r', 9, 1), row('r', 9, 1)])).toEqual({ ...FINE, doubled: 1 });
  });

  it('counts what is out of order, by sequence and by place in the log', () => {
    const swapped = [row('u', 2, 1), row('c', 1, 2), ...rows.slice(2)];
    expect(counts(writes, swapped)).toEqual({ ...FINE, outOfOrder: 1 });
    expect(counts(writes, [{ ...row('c', 1, 1), offset: 9 }, ...rows.slice(1)])).toEqual({ ...FINE, outOfOrder: 1 });
  });

  it('tells a delete that had to arrive from one in a gap before it', () => {
    const gap = [write('d', null, 'unseen'), write('c', 2, 'unseen')];
    const [begun, ended] = [write('c', 1), write('d', null)];
    expect(counts([begun, ...gap, ended], [row('c', 1, 1), row('r', 2, 2), row('d', null, 3)])).toEqual(FINE);
    expect(counts([begun, ended, ...gap, write('d', null, 'unseen')], [row('c', 1, 1), row('d', null, 2)])).toEqual(
      FINE,
    );
    expect(counts([begun, ...gap, ended, ended], [row('c', 1, 1), row('d', null, 2)])).toEqual({ ...FINE, lost: 1 });
  });

  it('counts what nobody committed', () => {
    const taken = [...writes, write('u', 4, 'uncommitted')];
    expect(counts(taken, [...rows, row('u', 4, 5)])).toEqual({ ...FINE, unwritten: 1 });
    expect(counts(taken, [row('r', 4, 0), ...rows])).toEqual({ ...FINE, unwritten: 1 });
  });
});
