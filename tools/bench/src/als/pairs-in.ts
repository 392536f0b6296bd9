import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { AlsPairs } from '@laurel/learning/als';

/** How many pairs of which customers and products. */
export interface PairsShape {
  readonly users: number;
  readonly items: number;
  readonly pairs: number;
}

/** The pairs that `writePairs` wrote, to be read straight to where they are needed. */
export function pairsIn(folder: string, { users, items, pairs }: PairsShape): AlsPairs {
  return {
    users,
    items,
    pairs,
    write: ({ rowStarts, columns, values }) => {
      fill(join(folder, 'row_starts'), rowStarts);
      fill(join(folder, 'columns'), columns);
      fill(join(folder, 'values'), values);
    },
  };
}

function fill(path: string, array: Int32Array | Float32Array): void {
  const file = openSync(path, 'r');
  try {
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    for (let at = 0; at < bytes.length;) {
      const read = readSync(file, bytes, at, bytes.length - at, at);
      if (read === 0) throw new RangeError(`${path} ends at ${at} bytes, ${bytes.length} are needed.`);
      at += read;
    }
  } finally {
    closeSync(file);
  }
}
