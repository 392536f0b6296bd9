import type { Write } from '../shop/write.js';
import type { LoadedRow } from './loaded-row.js';

/** How the rows of one collection differ from what was written. */
export interface Comparison {
  lost: number;
  doubled: number;
  outOfOrder: number;
  unwritten: number;
  /** The first few differences, for people. */
  examples: string[];
}

const EXAMPLES = 8;

/**
 * Holds the rows of one collection against the writes to it. The writes to a key and its rows have to be the same changes in the same order;
 * rows of a snapshot may show any state that was written, once for each key and epoch.
 */
export function compareChanges(writes: readonly Write[], rows: readonly LoadedRow[]): Comparison {
  const comparison: Comparison = { lost: 0, doubled: 0, outOfOrder: 0, unwritten: 0, examples: [] };
  const note = (kind: 'lost' | 'doubled' | 'outOfOrder' | 'unwritten', what: string) => {
    comparison[kind]++;
    if (comparison.examples.length < EXAMPLES) comparison.examples.push(`${kind}: ${what}`);
  };
  const writesOf = Map.groupBy(writes, ({ key }) => key);
  const rowsOf = Map.groupBy(rows, ({ key }) => key);
  for (const key of new Set([...writesOf.keys(), ...rowsOf.keys()]))
    compareKey(writesOf.get(key) ?? [], rowsOf.get(key) ?? [], note);
  return comparison;
}

type Note = (kind: 'lost' | 'doubled' | 'outOfOrder' | 'unwritten', what: string) => void;

function compareKey(writes: readonly Write[], rows: readonly LoadedRow[], note: Note): void {
  const ids = new Set<string>();
  const different: LoadedRow[] = [];
  for (const row of rows) {
    if (ids.has(row.eventId)) note('doubled', textOf(row));
    else different.push(row);
    ids.add(row.eventId);
  }
  inOrderOfOffsets(different, note);
  const states = new Set(writes.filter(({ fate }) => fate !== 'uncommitted').map(({ rev }) => rev));
  const [snapshots, changes] = [different.filter(({ op }) => op === 'r'), different.filter(({ op }) => op !== 'r')];
  for (const row of snapshots) if (!states.has(row.rev)) note('unwritten', textOf(row));
  const expected = writes.filter(({ fate }) => fate === 'captured' || fate === 'unseen');
  const actual = changes.toSorted((a, b) => (a.seq < b.seq ? -1 : a.seq > b.seq ? 1 : 0));
  align(expected, actual, note);
}

function inOrderOfOffsets(rows: readonly LoadedRow[], note: Note): void {
  const stored = rows.toSorted((a, b) => a.offset - b.offset);
  for (const [index, row] of stored.entries()) {
    const former = stored[index - 1];
    if (former && (row.seq <= former.seq || row.partition !== former.partition))
      note('outOfOrder', `${textOf(row)} after ${textOf(former)}`);
  }
}

/** What is in the rows and not in the order of the writes came late, twice or from nowhere; what no row shows is lost. */
function align(expected: readonly Write[], actual: readonly LoadedRow[], note: Note): void {
  const { shown, strayed } = inOrderOfWrites(expected, actual);
  for (const row of strayed) {
    const passed = expected.findIndex((write, index) => !shown.has(index) && isOf(row, write));
    if (passed >= 0) {
      shown.add(passed);
      note('outOfOrder', textOf(row));
    } else if (expected.some(write => isOf(row, write))) note('doubled', textOf(row));
    else note('unwritten', textOf(row));
  }
  for (const [index, { fate, collection, key, op, rev }] of expected.entries())
    if (fate === 'captured' && !shown.has(index)) note('lost', `${op} ${collection}/${key} rev ${rev}`);
}

/**
 * The longest common subsequence of writes and rows: deletes look alike, so one that had to arrive must not be taken for one in a gap before it.
 * Of several, one with the most writes that had to arrive.
 */
function inOrderOfWrites(expected: readonly Write[], actual: readonly LoadedRow[]) {
  const columns = actual.length + 1;
  const most = new Float64Array((expected.length + 1) * columns);
  const worth = (write: number, row: number): number => {
    const [one, other] = [expected[write], actual[row]];
    if (!one || !other || !isOf(other, one)) return -Infinity;
    return (one.fate === 'captured' ? columns : 1) + (most[(write + 1) * columns + row + 1] ?? 0);
  };
  const without = (write: number, row: number): number =>
    Math.max(most[(write + 1) * columns + row] ?? 0, most[write * columns + row + 1] ?? 0);
  for (let write = expected.length - 1; write >= 0; write--)
    for (let row = actual.length - 1; row >= 0; row--)
      most[write * columns + row] = Math.max(worth(write, row), without(write, row));
  const shown = new Set<number>();
  const strayed: LoadedRow[] = [];
  let write = 0;
  for (const [row, change] of actual.entries()) {
    while (write < expected.length && (most[(write + 1) * columns + row] ?? 0) === most[write * columns + row]) write++;
    if (write < expected.length && worth(write, row) === most[write * columns + row]) shown.add(write++);
    else strayed.push(change);
  }
  return { shown, strayed };
}

function isOf(row: LoadedRow, write: Write): boolean {
  return row.op === write.op && row.rev === write.rev;
}

function textOf({ op, key, rev, seq, partition, offset }: LoadedRow): string {
  return `${op} ${key} rev ${rev} seq ${seq} at ${partition}/${offset}`;
}
