import type { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import type { CallOutcome, Destination, DestinationRow } from './destination.js';

/** What a push has done so far. */
export interface PushCounts {
  removed: number;
  added: number;
  refused: number;
}

/**
 * Pushes the files of a delivery: first whom to remove, then who comes or changed, as many rows a call as the destination takes.
 *
 * @param onCall called after each call; what it throws ends the push.
 * @throws DestinationError
 */
export async function pushRows(
  destination: Destination,
  files: { removals: Readable; members: Readable },
  signal: AbortSignal,
  onCall: (counts: PushCounts) => Promise<void>,
): Promise<PushCounts> {
  const counts: PushCounts = { removed: 0, added: 0, refused: 0 };
  const send = async (
    file: Readable,
    call: Destination['add'],
    count: (outcome: CallOutcome) => void,
  ): Promise<void> => {
    for await (const rows of batches(file, destination.rowsPerCall)) {
      const outcome = await call(rows, signal);
      counts.refused += outcome.refused;
      count(outcome);
      await onCall(counts);
    }
  };
  await send(files.removals, destination.remove, ({ accepted }) => (counts.removed += accepted));
  await send(files.members, destination.add, ({ accepted }) => (counts.added += accepted));
  return counts;
}

async function* batches(file: Readable, size: number): AsyncGenerator<DestinationRow[]> {
  let rows: DestinationRow[] = [];
  for await (const row of file.pipe(parse({ columns: true, cast: unguarded }))) {
    rows.push(row);
    if (rows.length < size) continue;
    yield rows;
    rows = [];
  }
  if (rows.length > 0) yield rows;
}

/** Takes away the `'` by which a file guards spreadsheets against formulas. */
function unguarded(cell: string): string {
  return /^'[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/.test(cell) ? cell.slice(1) : cell;
}
