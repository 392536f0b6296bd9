// Vectors of 32-bit floats. Their length in bytes is a multiple of 64, a cache line, so loops go by four times four lanes.

/** The sum of the four lanes. */
export function sumOf(lanes: v128): f32 {
  const left = f32x4.extract_lane(lanes, 0) + f32x4.extract_lane(lanes, 1);
  return left + (f32x4.extract_lane(lanes, 2) + f32x4.extract_lane(lanes, 3));
}

/** Σ a·b. */
export function dot(a: usize, b: usize, bytes: usize): f32 {
  let s0 = f32x4.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  for (let at: usize = 0; at < bytes; at += 64) {
    s0 = f32x4.add(s0, f32x4.mul(v128.load(a + at, 0), v128.load(b + at, 0)));
    s1 = f32x4.add(s1, f32x4.mul(v128.load(a + at, 16), v128.load(b + at, 16)));
    s2 = f32x4.add(s2, f32x4.mul(v128.load(a + at, 32), v128.load(b + at, 32)));
    s3 = f32x4.add(s3, f32x4.mul(v128.load(a + at, 48), v128.load(b + at, 48)));
  }
  return sumOf(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)));
}

/** into += factor · from */
export function addScaled(into: usize, factor: f32, from: usize, bytes: usize): void {
  const f = f32x4.splat(factor);
  for (let at: usize = 0; at < bytes; at += 16) {
    v128.store(into + at, f32x4.add(v128.load(into + at), f32x4.mul(f, v128.load(from + at))));
  }
}

/** into = factor · into + from */
export function scaleAndAdd(into: usize, factor: f32, from: usize, bytes: usize): void {
  const f = f32x4.splat(factor);
  for (let at: usize = 0; at < bytes; at += 16) {
    v128.store(into + at, f32x4.add(v128.load(from + at), f32x4.mul(f, v128.load(into + at))));
  }
}

/** into = matrix · x for a symmetric matrix stored in rows of `bytes`. */
export function multiply(matrix: usize, x: usize, into: usize, bytes: usize): void {
  for (let column: usize = 0; column < bytes; column += 64) {
    let a0 = f32x4.splat(0);
    let a1 = a0;
    let a2 = a0;
    let a3 = a0;
    let b0 = a0;
    let b1 = a0;
    let b2 = a0;
    let b3 = a0;
    let row = matrix + column;
    for (let k: usize = 0; k < bytes; k += 8) {
      const xa = v128.load32_splat(x + k, 0);
      const xb = v128.load32_splat(x + k, 4);
      a0 = f32x4.add(a0, f32x4.mul(xa, v128.load(row, 0)));
      a1 = f32x4.add(a1, f32x4.mul(xa, v128.load(row, 16)));
      a2 = f32x4.add(a2, f32x4.mul(xa, v128.load(row, 32)));
      a3 = f32x4.add(a3, f32x4.mul(xa, v128.load(row, 48)));
      row += bytes;
      b0 = f32x4.add(b0, f32x4.mul(xb, v128.load(row, 0)));
      b1 = f32x4.add(b1, f32x4.mul(xb, v128.load(row, 16)));
      b2 = f32x4.add(b2, f32x4.mul(xb, v128.load(row, 32)));
      b3 = f32x4.add(b3, f32x4.mul(xb, v128.load(row, 48)));
      row += bytes;
    }
    v128.store(into + column, f32x4.add(a0, b0), 0);
    v128.store(into + column, f32x4.add(a1, b1), 16);
    v128.store(into + column, f32x4.add(a2, b2), 32);
    v128.store(into + column, f32x4.add(a3, b3), 48);
  }
}
