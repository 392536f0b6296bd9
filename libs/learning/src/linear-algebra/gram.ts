/** YᵀY + λI of factors stored in rows of `stride`. */
export function gramOf(factors: Float32Array, stride: number, regularisation: number): Float64Array<ArrayBuffer> {
  const gram = new Float64Array(stride * stride);
  for (let row = 0; row < factors.length; row += stride) {
    for (let r = 0; r < stride; r++) {
      const left = factors[row + r]!;
      for (let c = 0; c <= r; c++) gram[r * stride + c]! += left * factors[row + c]!;
    }
  }
  for (let r = 0; r < stride; r++) {
    gram[r * stride + r]! += regularisation;
    for (let c = 0; c < r; c++) gram[c * stride + r] = gram[r * stride + c]!;
  }
  return gram;
}
