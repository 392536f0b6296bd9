import { logGamma } from './log-gamma.js';
import { likeliest } from './likeliest.js';

/** What a customer's orders were worth: so many, with this mean. */
export interface Spending {
  orders: number;
  mean: number;
}

/** An order's value is gamma distributed around a customer's mean (`p`), whose scale is gamma distributed among customers (`q`, `v`). */
export interface GammaGamma {
  p: number;
  q: number;
  v: number;
}

/**
 * ln of the likelihood of a mean over some orders.
 *
 * @see Fader, Hardie: The Gamma-Gamma Model of Monetary Value (2013), equation 1a
 */
export function gammaGammaLogLikelihood({ p, q, v }: GammaGamma, { orders: x, mean: z }: Spending): number {
  return (
    logGamma(p * x + q) -
    logGamma(p * x) -
    logGamma(q) +
    q * Math.log(v) +
    (p * x - 1) * Math.log(z) +
    p * x * Math.log(x) -
    (p * x + q) * Math.log(v + x * z)
  );
}

/** The parameters under which the means are likeliest; of customers with at least one order of a value above 0. */
export async function fitGammaGamma(spendings: readonly Spending[]): Promise<GammaGamma> {
  const scale = spendings.reduce((sum, { mean }) => sum + mean, 0) / Math.max(spendings.length, 1);
  const scaled = spendings.map(({ orders, mean }) => ({ orders, mean: mean / scale }));
  const at = ([p = 0, q = 0, v = 0]: readonly number[]): GammaGamma => ({
    p: Math.exp(p),
    q: Math.exp(q),
    v: Math.exp(v),
  });
  const point = await likeliest(scaled, (where, spending) => gammaGammaLogLikelihood(at(where), spending), [1, 1, 0]);
  const { v, ...others } = at(point);
  return { ...others, v: v * scale };
}

/** The value of an order of a customer that is to be expected: between their own mean and everybody's (equation 5). Needs `p·x + q > 1`. */
export function expectedOrderValue({ p, q, v }: GammaGamma, { orders: x, mean }: Spending): number {
  return (p * (v + x * mean)) / (p * x + q - 1);
}
