/**
 * Adds Σ left·rightᵀ to four rows by eight columns of a matrix, over `count` pairs of a left vector of four numbers and a right one of
 * eight; each strides by so many bytes from one to the next.
 */
export function addTile(
  left: usize,
  leftStride: usize,
  right: usize,
  rightStride: usize,
  count: i32,
  into: usize,
  stride: usize,
): void {
  const second = into + stride;
  const third = second + stride;
  const fourth = third + stride;
  let a0 = v128.load(into, 0);
  let a1 = v128.load(into, 16);
  let b0 = v128.load(second, 0);
  let b1 = v128.load(second, 16);
  let c0 = v128.load(third, 0);
  let c1 = v128.load(third, 16);
  let d0 = v128.load(fourth, 0);
  let d1 = v128.load(fourth, 16);
  for (let pair = 0; pair < count; pair++) {
    const r0 = v128.load(right, 0);
    const r1 = v128.load(right, 16);
    const a = v128.load32_splat(left, 0);
    const b = v128.load32_splat(left, 4);
    const c = v128.load32_splat(left, 8);
    const d = v128.load32_splat(left, 12);
    a0 = f32x4.add(a0, f32x4.mul(a, r0));
    a1 = f32x4.add(a1, f32x4.mul(a, r1));
    b0 = f32x4.add(b0, f32x4.mul(b, r0));
    b1 = f32x4.add(b1, f32x4.mul(b, r1));
    c0 = f32x4.add(c0, f32x4.mul(c, r0));
    c1 = f32x4.add(c1, f32x4.mul(c, r1));
    d0 = f32x4.add(d0, f32x4.mul(d, r0));
    d1 = f32x4.add(d1, f32x4.mul(d, r1));
    left += leftStride;
    right += rightStride;
  }
  v128.store(into, a0, 0);
  v128.store(into, a1, 16);
  v128.store(second, b0, 0);
  v128.store(second, b1, 16);
  v128.store(third, c0, 0);
  v128.store(third, c1, 16);
  v128.store(fourth, d0, 0);
  v128.store(fourth, d1, 16);
}
