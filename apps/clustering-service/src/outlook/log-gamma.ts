const HALF_LOG_TAU = 0.5 * Math.log(2 * Math.PI);
const LEAST_FOR_SERIES = 8;

/** ln Γ(x) for x > 0, to about 13 digits: Stirling's series from 8 upwards, reached by Γ(x + 1) = x Γ(x). */
export function logGamma(x: number): number {
  let product = 1;
  let z = x;
  for (; z < LEAST_FOR_SERIES; z++) product *= z;
  const inverse = 1 / (z * z);
  const series =
    (1 / 12 -
      inverse *
        (1 / 360 - inverse * (1 / 1260 - inverse * (1 / 1680 - inverse * (1 / 1188 - inverse * (691 / 360360)))))) /
    z;
  return (z - 0.5) * Math.log(z) - z + HALF_LOG_TAU + series - Math.log(product);
}
