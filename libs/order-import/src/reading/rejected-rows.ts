/**
 * Row numbers of a file from which some rows could not be read: `rowNumber(k)` is the file's row of the k-th readable one, both from 1.
 * `rejected` are the numbers of the unreadable rows, ascending.
 */
export function rowNumbersWithout(rejected: readonly number[]): (readable: number) => number {
  const readableBefore = rejected.map((row, index) => row - 1 - index);
  return readable => {
    let low = 0;
    let high = readableBefore.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((readableBefore[middle] ?? 0) < readable) low = middle + 1;
      else high = middle;
    }
    return readable + low;
  };
}
