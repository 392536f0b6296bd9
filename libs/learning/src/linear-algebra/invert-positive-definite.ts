import { choleskyInverse } from './cholesky.js';

const BLOCK = 64;
const TILE = 4;

/**
 * Inverse of a symmetric positive definite matrix by blocked sweeps (Goodnight, "A tutorial on the SWEEP operator",
 * 1979), each diagonal block inverted by Cholesky; n³ floating point operations, in place. Only the lower triangle of
 * `matrix` (n × n, row by row) is read; the whole inverse is written.
 * @throws RangeError when the matrix is not positive definite.
 */
export function invertPositiveDefinite(matrix: Float64Array, n: number, onProgress?: (fraction: number) => void): void {
  const groups = Math.ceil(n / TILE);
  const panel = new Float64Array(groups * TILE * BLOCK);
  const solved = new Float64Array(groups * TILE * BLOCK);
  const pivot = new Float64Array(BLOCK * BLOCK);
  for (let from = 0; from < n; from += BLOCK) {
    const to = Math.min(from + BLOCK, n);
    const width = to - from;
    for (let r = 0; r < width; r++) {
      for (let c = 0; c <= r; c++) pivot[r * width + c] = matrix[(from + r) * n + from + c]!;
    }
    choleskyInverse(pivot, width);
    packPanel(matrix, n, from, to, panel);
    multiplyPanel(panel, pivot, groups, width, solved);
    subtractProduct(matrix, n, panel, solved, groups, width);
    writePanel(matrix, n, from, to, solved, pivot);
    onProgress?.(to / n);
  }
  for (let r = 0; r < n; r++) {
    for (let c = 0; c <= r; c++) {
      const value = -matrix[r * n + c]!;
      matrix[r * n + c] = value;
      matrix[c * n + r] = value;
    }
  }
}

function packPanel(matrix: Float64Array, n: number, from: number, to: number, panel: Float64Array): void {
  const width = to - from;
  panel.fill(0);
  for (let i = 0; i < n; i++) {
    if (i >= from && i < to) continue;
    const base = (i >> 2) * width * TILE + (i & 3);
    for (let k = 0; k < width; k++) {
      panel[base + k * TILE] = i > from ? matrix[i * n + from + k]! : matrix[(from + k) * n + i]!;
    }
  }
}

function multiplyPanel(
  panel: Float64Array,
  pivot: Float64Array,
  groups: number,
  width: number,
  solved: Float64Array,
): void {
  for (let g = 0; g < groups; g++) {
    const base = g * width * TILE;
    for (let k = 0; k < width; k++) {
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      for (let m = 0, p = base, q = k * width; m < width; m++, p += TILE, q++) {
        const factor = pivot[q]!;
        s0 += panel[p]! * factor;
        s1 += panel[p + 1]! * factor;
        s2 += panel[p + 2]! * factor;
        s3 += panel[p + 3]! * factor;
      }
      const at = base + k * TILE;
      solved[at] = s0;
      solved[at + 1] = s1;
      solved[at + 2] = s2;
      solved[at + 3] = s3;
    }
  }
}

function subtractProduct(
  matrix: Float64Array,
  n: number,
  left: Float64Array,
  right: Float64Array,
  groups: number,
  width: number,
): void {
  const whole = Math.floor(n / TILE);
  for (let gi = 0; gi < groups; gi++) {
    for (let gj = 0; gj <= gi; gj++) {
      if (gi < whole) subtractTile(matrix, n, left, right, gi, gj, width);
      else subtractEdge(matrix, n, left, right, gi, gj, width);
    }
  }
}

function subtractTile(
  matrix: Float64Array,
  n: number,
  left: Float64Array,
  right: Float64Array,
  gi: number,
  gj: number,
  width: number,
): void {
  let c00 = 0,
    c01 = 0,
    c02 = 0,
    c03 = 0;
  let c10 = 0,
    c11 = 0,
    c12 = 0,
    c13 = 0;
  let c20 = 0,
    c21 = 0,
    c22 = 0,
    c23 = 0;
  let c30 = 0,
    c31 = 0,
    c32 = 0,
    c33 = 0;
  let p = gi * width * TILE;
  let q = gj * width * TILE;
  for (const end = p + width * TILE; p < end; p += TILE, q += TILE) {
    const a0 = left[p]!,
      a1 = left[p + 1]!,
      a2 = left[p + 2]!,
      a3 = left[p + 3]!;
    const b0 = right[q]!,
      b1 = right[q + 1]!,
      b2 = right[q + 2]!,
      b3 = right[q + 3]!;
    c00 += a0 * b0;
    c01 += a0 * b1;
    c02 += a0 * b2;
    c03 += a0 * b3;
    c10 += a1 * b0;
    c11 += a1 * b1;
    c12 += a1 * b2;
    c13 += a1 * b3;
    c20 += a2 * b0;
    c21 += a2 * b1;
    c22 += a2 * b2;
    c23 += a2 * b3;
    c30 += a3 * b0;
    c31 += a3 * b1;
    c32 += a3 * b2;
    c33 += a3 * b3;
  }
  let o = gi * TILE * n + gj * TILE;
  matrix[o]! -= c00;
  matrix[o + 1]! -= c01;
  matrix[o + 2]! -= c02;
  matrix[o + 3]! -= c03;
  o += n;
  matrix[o]! -= c10;
  matrix[o + 1]! -= c11;
  matrix[o + 2]! -= c12;
  matrix[o + 3]! -= c13;
  o += n;
  matrix[o]! -= c20;
  matrix[o + 1]! -= c21;
  matrix[o + 2]! -= c22;
  matrix[o + 3]! -= c23;
  o += n;
  matrix[o]! -= c30;
  matrix[o + 1]! -= c31;
  matrix[o + 2]! -= c32;
  matrix[o + 3]! -= c33;
}

function subtractEdge(
  matrix: Float64Array,
  n: number,
  left: Float64Array,
  right: Float64Array,
  gi: number,
  gj: number,
  width: number,
): void {
  for (let i = gi * TILE; i < n; i++) {
    for (let j = gj * TILE; j < Math.min(gj * TILE + TILE, i + 1); j++) {
      let sum = 0;
      for (let k = 0; k < width; k++) {
        sum += left[gi * width * TILE + k * TILE + (i & 3)]! * right[gj * width * TILE + k * TILE + (j & 3)]!;
      }
      matrix[i * n + j]! -= sum;
    }
  }
}

function writePanel(
  matrix: Float64Array,
  n: number,
  from: number,
  to: number,
  solved: Float64Array,
  pivot: Float64Array,
): void {
  const width = to - from;
  for (let i = 0; i < n; i++) {
    const base = (i >> 2) * width * TILE + (i & 3);
    for (let k = 0; k < width; k++) {
      if (i >= to) matrix[i * n + from + k] = solved[base + k * TILE]!;
      else if (i < from) matrix[(from + k) * n + i] = solved[base + k * TILE]!;
      else matrix[i * n + from + k] = -pivot[(i - from) * width + k]!;
    }
  }
}
