import { addScaled, dot, multiply } from './vectors';

/** Below this what is left of a row is nothing but rounding, as it is where there are fewer vectors than factors; its inverse would be none of 32 bits. */
const NOTHING: f32 = 1e-30;

/**
 * Finds the orthogonal Q, written to `rotation` by rows, for which Qᵀ·matrix·Q of a symmetric matrix has nothing but its diagonal and what is
 * beside it, by Householder's reflections (Golub and Van Loan, Matrix Computations, 8.3.1), and writes what it has to `bands`: for each row
 * what is left of the diagonal, then the diagonals, then what is right of them. Uses up the matrix; `scratch` has room for two vectors.
 */
export function tridiagonalise(matrix: usize, bytes: usize, rotation: usize, bands: usize, scratch: usize): void {
  identity(rotation, bytes);
  for (let k: usize = 0; k + 8 < bytes; k += 4) {
    const scale = reflector(matrix + (k >> 2) * bytes, k + 4, scratch, bytes);
    if (scale != 0) reflect(matrix, rotation, k, scratch, scale, bytes);
  }
  for (let k: usize = 0; k < bytes; k += 4) {
    const own = matrix + (k >> 2) * bytes + k;
    store<f32>(bands + k, k == 0 ? 0 : load<f32>(own - 4));
    store<f32>(bands + bytes + k, load<f32>(own));
    store<f32>(bands + 2 * bytes + k, k + 4 == bytes ? 0 : load<f32>(own + 4));
  }
}

/** into = the matrix that has these `bands` · x */
export function multiplyBands(bands: usize, x: usize, into: usize, bytes: usize): void {
  const diagonal = bands + bytes;
  const rights = diagonal + bytes;
  let before = f32x4.splat(0);
  let own = v128.load(x);
  for (let at: usize = 0; at < bytes; at += 16) {
    const after = at + 16 < bytes ? v128.load(x + at, 16) : f32x4.splat(0);
    const left = f32x4.mul(v128.load(bands + at), v128.shuffle<f32>(before, own, 3, 4, 5, 6));
    const right = f32x4.mul(v128.load(rights + at), v128.shuffle<f32>(own, after, 1, 2, 3, 4));
    v128.store(into + at, f32x4.add(f32x4.mul(v128.load(diagonal + at), own), f32x4.add(left, right)));
    before = own;
    own = after;
  }
}

/** Multiplies the rows `from` up to `to` of `vectors` by a matrix from the right. `scratch` has room for a vector. */
export function rotateRows(from: i32, to: i32, vectors: usize, bytes: usize, rotation: usize, scratch: usize): void {
  for (let row = from; row < to; row++) {
    const x = vectors + usize(row) * bytes;
    multiply(rotation, x, scratch, bytes);
    memory.copy(x, scratch, bytes);
  }
}

function identity(matrix: usize, bytes: usize): void {
  memory.fill(matrix, 0, (bytes >> 2) * bytes);
  for (let k: usize = 0; k < bytes; k += 4) store<f32>(matrix + (k >> 2) * bytes + k, 1);
}

/**
 * Writes the v of the reflection 1 − scale·v·vᵀ that leaves a row as it is before `first`, and zeros after it. Returns the scale, 0 where
 * there is nothing to speak of already.
 */
function reflector(row: usize, first: usize, v: usize, bytes: usize): f32 {
  memory.copy(v, row, bytes);
  memory.fill(v, 0, first + 4);
  const squares = dot(v, v, bytes);
  if (squares < NOTHING) return 0;
  const value = load<f32>(row + first);
  const length = sqrt(squares + value * value);
  const head = value + (value < 0 ? -length : length);
  store<f32>(v + first, head);
  return 2 / (squares + head * head);
}

/** matrix = H·matrix·H from row k on, rotation = rotation·H, with H = 1 − scale·v·vᵀ. There is room for a vector after v. */
function reflect(matrix: usize, rotation: usize, k: usize, v: usize, scale: f32, bytes: usize): void {
  const w = v + bytes;
  multiply(matrix, v, w, bytes);
  addScaled(w, -0.5 * scale * dot(w, v, bytes), v, bytes);
  for (let row: usize = 0; row < bytes; row += 4) {
    const own = (row >> 2) * bytes;
    addScaled(rotation + own, -scale * dot(rotation + own, v, bytes), v, bytes);
    if (row < k) continue;
    addScaled(matrix + own, -scale * load<f32>(v + row), w, bytes);
    addScaled(matrix + own, -scale * load<f32>(w + row), v, bytes);
  }
}
