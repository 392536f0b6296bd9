import { addScaled, dot, sumOf } from './vectors';

/** Σ over the lanes of four vectors: lane k of the answer is the sum of vector k. */
function sumsOf(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7));
  const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<f32>(ab, cd, 0, 1, 4, 5), v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
}

/** Where the vector of a column begins. */
function vectorOf(vectors: usize, columns: usize, p: usize, bytes: usize): usize {
  return vectors + usize(load<u32>(columns + (p << 2))) * bytes;
}

/** Dot products of x with four vectors; x is read once for the four. */
function fourDots(x: usize, y0: usize, y1: usize, y2: usize, y3: usize, bytes: usize): v128 {
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  let b0 = a0;
  let b1 = a0;
  let b2 = a0;
  let b3 = a0;
  for (const end = x + bytes; x < end; x += 32) {
    const xa = v128.load(x, 0);
    const xb = v128.load(x, 16);
    a0 = f32x4.add(a0, f32x4.mul(xa, v128.load(y0, 0)));
    a1 = f32x4.add(a1, f32x4.mul(xa, v128.load(y1, 0)));
    a2 = f32x4.add(a2, f32x4.mul(xa, v128.load(y2, 0)));
    a3 = f32x4.add(a3, f32x4.mul(xa, v128.load(y3, 0)));
    b0 = f32x4.add(b0, f32x4.mul(xb, v128.load(y0, 16)));
    b1 = f32x4.add(b1, f32x4.mul(xb, v128.load(y1, 16)));
    b2 = f32x4.add(b2, f32x4.mul(xb, v128.load(y2, 16)));
    b3 = f32x4.add(b3, f32x4.mul(xb, v128.load(y3, 16)));
    y0 += 32;
    y1 += 32;
    y2 += 32;
    y3 += 32;
  }
  return sumsOf(f32x4.add(a0, b0), f32x4.add(a1, b1), f32x4.add(a2, b2), f32x4.add(a3, b3));
}

/** into += Σ factor · y over four vectors; `into` is read and written once for the four. */
function addFour(into: usize, factors: v128, y0: usize, y1: usize, y2: usize, y3: usize, bytes: usize): void {
  const f0 = v128.shuffle<f32>(factors, factors, 0, 0, 0, 0);
  const f1 = v128.shuffle<f32>(factors, factors, 1, 1, 1, 1);
  const f2 = v128.shuffle<f32>(factors, factors, 2, 2, 2, 2);
  const f3 = v128.shuffle<f32>(factors, factors, 3, 3, 3, 3);
  for (const end = into + bytes; into < end; into += 64) {
    const a = f32x4.add(f32x4.mul(f0, v128.load(y0, 0)), f32x4.mul(f1, v128.load(y1, 0)));
    const b = f32x4.add(f32x4.mul(f0, v128.load(y0, 16)), f32x4.mul(f1, v128.load(y1, 16)));
    const c = f32x4.add(f32x4.mul(f0, v128.load(y0, 32)), f32x4.mul(f1, v128.load(y1, 32)));
    const d = f32x4.add(f32x4.mul(f0, v128.load(y0, 48)), f32x4.mul(f1, v128.load(y1, 48)));
    const e = f32x4.add(f32x4.mul(f2, v128.load(y2, 0)), f32x4.mul(f3, v128.load(y3, 0)));
    const f = f32x4.add(f32x4.mul(f2, v128.load(y2, 16)), f32x4.mul(f3, v128.load(y3, 16)));
    const g = f32x4.add(f32x4.mul(f2, v128.load(y2, 32)), f32x4.mul(f3, v128.load(y3, 32)));
    const h = f32x4.add(f32x4.mul(f2, v128.load(y2, 48)), f32x4.mul(f3, v128.load(y3, 48)));
    v128.store(into, f32x4.add(v128.load(into, 0), f32x4.add(a, e)), 0);
    v128.store(into, f32x4.add(v128.load(into, 16), f32x4.add(b, f)), 16);
    v128.store(into, f32x4.add(v128.load(into, 32), f32x4.add(c, g)), 32);
    v128.store(into, f32x4.add(v128.load(into, 48), f32x4.add(d, h)), 48);
    y0 += 64;
    y1 += 64;
    y2 += 64;
    y3 += 64;
  }
}

/**
 * into += Σ (constant·(1 + e) + slope·e·(y·x)) · y over the columns of one sparse row, where y is the column's vector in
 * `vectors` and e its excess of confidence over 1. With 1 and −1 this is the part of the residual b − A·x that comes
 * from the row's own columns, with 0 and 1 the part of A·x.
 */
export function addWeightedRows(
  into: usize,
  x: usize,
  constant: f32,
  slope: f32,
  columns: usize,
  excesses: usize,
  count: usize,
  vectors: usize,
  bytes: usize,
): void {
  const inFours = count & ~3;
  for (let p: usize = 0; p < inFours; p += 4) {
    const y0 = vectorOf(vectors, columns, p, bytes);
    const y1 = vectorOf(vectors, columns, p + 1, bytes);
    const y2 = vectorOf(vectors, columns, p + 2, bytes);
    const y3 = vectorOf(vectors, columns, p + 3, bytes);
    const e = v128.load(excesses + (p << 2));
    const factors = f32x4.add(
      f32x4.mul(f32x4.splat(constant), f32x4.add(e, f32x4.splat(1))),
      f32x4.mul(f32x4.splat(slope), f32x4.mul(e, fourDots(x, y0, y1, y2, y3, bytes))),
    );
    addFour(into, factors, y0, y1, y2, y3, bytes);
  }
  for (let p = inFours; p < count; p++) {
    const y = vectorOf(vectors, columns, p, bytes);
    const e = load<f32>(excesses + (p << 2));
    addScaled(into, constant * (1 + e) + slope * e * dot(x, y, bytes), y, bytes);
  }
}

/** Σ e·(y·x)² over the columns of one sparse row: their part of xᵀ·A·x. */
export function weightedSquares(
  x: usize,
  columns: usize,
  excesses: usize,
  count: usize,
  vectors: usize,
  bytes: usize,
): f32 {
  const inFours = count & ~3;
  let squares = f32x4.splat(0);
  for (let p: usize = 0; p < inFours; p += 4) {
    const y0 = vectorOf(vectors, columns, p, bytes);
    const y1 = vectorOf(vectors, columns, p + 1, bytes);
    const y2 = vectorOf(vectors, columns, p + 2, bytes);
    const y3 = vectorOf(vectors, columns, p + 3, bytes);
    const dots = fourDots(x, y0, y1, y2, y3, bytes);
    squares = f32x4.add(squares, f32x4.mul(v128.load(excesses + (p << 2)), f32x4.mul(dots, dots)));
  }
  let sum = sumOf(squares);
  for (let p = inFours; p < count; p++) {
    const product = dot(x, vectorOf(vectors, columns, p, bytes), bytes);
    sum += load<f32>(excesses + (p << 2)) * product * product;
  }
  return sum;
}
