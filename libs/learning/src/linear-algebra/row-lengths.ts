/** The Euclidean length of each row of a matrix that is stored row by row, `width` numbers each. */
export function rowLengths(rows: Float32Array | Float64Array, width: number): Float64Array {
  const lengths = new Float64Array(rows.length / width);
  for (let row = 0, p = 0; row < lengths.length; row++) {
    let squares = 0;
    for (let f = 0; f < width; f++, p++) squares += rows[p]! * rows[p]!;
    lengths[row] = Math.sqrt(squares);
  }
  return lengths;
}
