import { addTile } from './tiles';

/** Rows swept at once, and what they take in a panel. */
const BLOCK: usize = 64;
const PANEL_ROW: usize = BLOCK << 2;
const FOUR: usize = 16;
const EIGHT: usize = 32;

/**
 * Sweeps the rows `first` up to `first` + 64 of a symmetric matrix, of which the half on and below the diagonal counts: with A the block
 * on the diagonal and P the rest of these columns, A becomes −A⁻¹, P becomes P·A⁻¹, and P·A⁻¹·Pᵀ is taken from everything else. `pivot`
 * holds −A⁻¹. A row of the matrix has `bytes`, a multiple of 256; `scratch` has room for three panels of 64 rows.
 */
export function sweep(matrix: usize, bytes: usize, first: usize, pivot: usize, scratch: usize): void {
  const rows = bytes >> 2;
  const fours = scratch;
  const eights = fours + BLOCK * bytes;
  const solved = eights + BLOCK * bytes;
  pack(matrix, bytes, first, fours, eights);
  memory.fill(solved, 0, BLOCK * bytes);
  for (let group: usize = 0; group < rows; group += 8) {
    const panel = group * PANEL_ROW;
    for (let k: usize = 0; k < BLOCK; k += 4)
      addTile(pivot + (k << 2), PANEL_ROW, eights + panel, EIGHT, i32(BLOCK), solved + panel + k * EIGHT, EIGHT);
  }
  for (let row: usize = 0; row < rows; row += 4) {
    for (let column: usize = 0; column <= row; column += 8) {
      const into = matrix + row * bytes + (column << 2);
      addTile(fours + row * PANEL_ROW, FOUR, solved + column * PANEL_ROW, EIGHT, i32(BLOCK), into, bytes);
    }
  }
  unpack(matrix, bytes, first, pivot, solved);
}

/** Where element k of row i of these columns stands in the lower half: left of the diagonal block, or below it. */
function place(matrix: usize, bytes: usize, first: usize, i: usize, k: usize): usize {
  return i < first ? matrix + (first + k) * bytes + (i << 2) : matrix + i * bytes + ((first + k) << 2);
}

function inBlock(first: usize, i: usize): bool {
  return i >= first && i < first + BLOCK;
}

/** Copies the panel, with zeros for the block itself, by groups of four rows and of eight. */
function pack(matrix: usize, bytes: usize, first: usize, fours: usize, eights: usize): void {
  for (let i: usize = 0; i < bytes >> 2; i++) {
    const four = fours + (i >> 2) * 4 * PANEL_ROW + ((i & 3) << 2);
    const eight = eights + (i >> 3) * 8 * PANEL_ROW + ((i & 7) << 2);
    for (let k: usize = 0; k < BLOCK; k++) {
      const value: f32 = inBlock(first, i) ? 0 : load<f32>(place(matrix, bytes, first, i, k));
      store<f32>(four + k * FOUR, value);
      store<f32>(eight + k * EIGHT, value);
    }
  }
}

/** Writes the swept columns: `solved` is negative, because the pivot is. */
function unpack(matrix: usize, bytes: usize, first: usize, pivot: usize, solved: usize): void {
  for (let i: usize = 0; i < bytes >> 2; i++) {
    const eight = solved + (i >> 3) * 8 * PANEL_ROW + ((i & 7) << 2);
    for (let k: usize = 0; k < BLOCK; k++) {
      const value: f32 = inBlock(first, i)
        ? load<f32>(pivot + (i - first) * PANEL_ROW + (k << 2))
        : -load<f32>(eight + k * EIGHT);
      store<f32>(place(matrix, bytes, first, i, k), value);
    }
  }
}
