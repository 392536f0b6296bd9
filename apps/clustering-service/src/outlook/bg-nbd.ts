import { logGamma } from './log-gamma.js';
import { likeliest, totalLogLikelihood } from './likeliest.js';

/** What a customer's orders were until now, in one unit of time: days, weeks. */
export interface OrderHistory {
  /** Orders after the first. */
  repeats: number;
  /** From the first order to the last; 0 without repeats. */
  recency: number;
  /** From the first order until now. */
  age: number;
}

/** Orders come at a rate that is gamma distributed (`r`, `alpha`); after each one a customer is lost with a probability that is beta distributed (`a`, `b`). */
export interface BgNbd {
  r: number;
  alpha: number;
  a: number;
  b: number;
}

const SERIES_PRECISION = 1e-12;
const MOST_TERMS = 10_000;

/**
 * ln of the likelihood of a history.
 *
 * @see Fader, Hardie, Lee: "Counting Your Customers" the Easy Way, Marketing Science 24 (2005), equation 6
 */
export function bgNbdLogLikelihood({ r, alpha, a, b }: BgNbd, { repeats: x, recency, age }: OrderHistory): number {
  const common =
    logGamma(r + x) -
    logGamma(r) +
    r * Math.log(alpha) +
    logGamma(a + b) +
    logGamma(b + x) -
    logGamma(b) -
    logGamma(a + b + x);
  const alive = -(r + x) * Math.log(alpha + age);
  if (x === 0) return common + alive;
  const lost = Math.log(a) - Math.log(b + x - 1) - (r + x) * Math.log(alpha + recency);
  const more = Math.max(alive, lost);
  return common + more + Math.log(Math.exp(alive - more) + Math.exp(lost - more));
}

/** The parameters under which the histories are likeliest, and ln of that likelihood. Gives way to other work now and then. */
export async function fitBgNbd(histories: readonly OrderHistory[]): Promise<BgNbd & { logLikelihood: number }> {
  const scale = Math.max(...histories.map(({ age }) => age), Number.MIN_VALUE) / 10;
  const scaled = histories.map(({ repeats, recency, age }) => ({
    repeats,
    recency: recency / scale,
    age: age / scale,
  }));
  const at = ([r = 0, alpha = 0, a = 0, b = 0]: readonly number[]): BgNbd => ({
    r: Math.exp(r),
    alpha: Math.exp(alpha),
    a: Math.exp(a),
    b: Math.exp(b),
  });
  const point = await likeliest(scaled, (where, history) => bgNbdLogLikelihood(at(where), history), [0, 0, 0, 0]);
  const { alpha, ...others } = at(point);
  const model = { ...others, alpha: alpha * scale };
  return {
    ...model,
    logLikelihood: await totalLogLikelihood(histories, history => bgNbdLogLikelihood(model, history)),
  };
}

/** The probability that a customer still orders; null before a second order, for until then the model has nobody lost. */
export function aliveProbability(model: BgNbd, history: OrderHistory): number | null {
  return history.repeats === 0 ? null : 1 / (1 + lostOdds(model, history));
}

/** How many orders are to be expected within `span` from now (equation 10 of the paper). */
export function expectedOrders(model: BgNbd, history: OrderHistory, span: number): number {
  const { r, alpha, a, b } = model;
  const { repeats: x, age } = history;
  const series = hypergeometric(r + x, b + x, a + b + x - 1, span / (alpha + age + span));
  const rest = 1 - ((alpha + age) / (alpha + age + span)) ** (r + x) * series;
  return ((a + b + x - 1) / (a - 1)) * (rest / (1 + lostOdds(model, history)));
}

function lostOdds({ r, alpha, a, b }: BgNbd, { repeats: x, recency, age }: OrderHistory): number {
  return x === 0 ? 0 : (a / (b + x - 1)) * ((alpha + age) / (alpha + recency)) ** (r + x);
}

/** Gauss's ₂F₁(a, b; c; z) by its series, 0 ≤ z < 1. */
function hypergeometric(a: number, b: number, c: number, z: number): number {
  let term = 1;
  let sum = 1;
  for (let n = 0; n < MOST_TERMS && Math.abs(term) > SERIES_PRECISION * Math.abs(sum); n++) {
    term *= (((a + n) * (b + n)) / ((c + n) * (n + 1))) * z;
    sum += term;
  }
  return sum;
}
