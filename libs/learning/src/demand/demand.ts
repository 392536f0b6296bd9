import type { OrderLine } from '../evaluation/user-time-split.js';

const WEEK_MS = 7 * 86_400_000;
const SEASON_WEEKS = 52;
const LEAST_WEEKS = 20;
/** Weeks with a sale that a product needs to be forecast. */
const LEAST_SALES = 8;
const USUAL_WEEKS = 13;
const RISING = 1.25;
const ALPHAS = [0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1];

/** Ways to forecast a product's demand; `naive` is the baseline. */
export const DEMAND_METHODS = ['naive', 'seasonal-naive', 'exponential-smoothing'] as const;

export type DemandMethod = (typeof DEMAND_METHODS)[number];

/** Where the demand for a product goes. */
export const DEMAND_TRENDS = ['rising', 'steady', 'falling'] as const;

export type DemandTrend = (typeof DEMAND_TRENDS)[number];

/** A product's demand, in units a week. */
export interface ProductDemand {
  readonly productId: string;
  /** Forecast, one for each week ahead. */
  readonly weekly: readonly number[];
  /** Mean of the last thirteen weeks. */
  readonly usual: number;
  /** `rising` where at least a quarter more than usual is forecast, `falling` where at least a fifth less. */
  readonly trend: DemandTrend;
}

/** Orders over too few weeks to forecast from. */
export class DemandDataError extends Error {
  override readonly name = 'DemandDataError';
}

/** The outcome of {@link forecastDemand}. */
export interface DemandForecast {
  /** Whole weeks that were looked at; the last one ends with the last order. */
  readonly weeks: number;
  /** Weeks forecast. */
  readonly horizon: number;
  /** Mean over the products of the mean absolute scaled error (Hyndman and Koehler, 2006) on the last weeks, which chose nothing. */
  readonly mase: Readonly<Record<DemandMethod, number>>;
  /** The method with the lowest error on the weeks before those. */
  readonly best: DemandMethod;
  /** Products with enough sales to be forecast, the most wanted first, and their demand a week by the best method. */
  readonly products: readonly ProductDemand[];
}

/**
 * Forecasts the demand of each product for the next weeks. Methods are backtested on the last `horizon` weeks, from what came before
 * them; which one forecasts was chosen on the `horizon` weeks before.
 * @throws DemandDataError where there are fewer than 20 whole weeks beside the two backtests, or no product sells often enough.
 */
export function forecastDemand(lines: Iterable<OrderLine>, horizon: number): DemandForecast {
  const { series, weeks } = weeklySeries(lines);
  if (weeks < LEAST_WEEKS + 2 * horizon) {
    const needed = LEAST_WEEKS + 2 * horizon;
    throw new DemandDataError(`The orders span ${weeks} whole weeks; ${needed} are needed to forecast ${horizon}.`);
  }
  const chosen = backtest(series, weeks - 2 * horizon, horizon);
  if (!chosen) {
    throw new DemandDataError(`No product was sold in ${LEAST_SALES} weeks or more; demand can't be forecast.`);
  }
  const best = DEMAND_METHODS.reduce((a, b) => (chosen[b] < chosen[a] ? b : a));
  const mase = backtest(series, weeks - horizon, horizon) ?? chosen;
  const products = [...series]
    .filter(([, sold]) => isSold(sold))
    .map(([productId, sold]) => demandOf(productId, sold, forecast(best, sold, horizon)))
    .sort((a, b) => total(b.weekly) - total(a.weekly) || (a.productId < b.productId ? -1 : 1));
  return { weeks, horizon, mase, best, products };
}

function demandOf(productId: string, sold: Float64Array, weekly: Float64Array): ProductDemand {
  const usual = total(sold.subarray(-USUAL_WEEKS)) / USUAL_WEEKS;
  const expected = total(weekly) / weekly.length;
  return { productId, weekly: [...weekly], usual, trend: trendOf(expected, usual) };
}

function trendOf(expected: number, usual: number): DemandTrend {
  if (expected === usual) return 'steady';
  if (expected >= RISING * usual) return 'rising';
  return expected <= usual / RISING ? 'falling' : 'steady';
}

/** What a method says about the weeks after a series. */
export function forecast(method: DemandMethod, sold: Float64Array, horizon: number): Float64Array {
  const last = sold.at(-1) ?? 0;
  switch (method) {
    case 'naive':
      return new Float64Array(horizon).fill(last);
    case 'seasonal-naive':
      return Float64Array.from({ length: horizon }, (_, ahead) => {
        const at = sold.length + ahead - SEASON_WEEKS;
        return at >= 0 && at < sold.length ? sold[at]! : last;
      });
    case 'exponential-smoothing':
      return new Float64Array(horizon).fill(smoothed(sold));
  }
}

/** The level of simple exponential smoothing, with the alpha that would have forecast each next week best. */
function smoothed(sold: Float64Array): number {
  let best = { error: Infinity, level: 0 };
  for (const alpha of ALPHAS) {
    let level = sold[0] ?? 0;
    let error = 0;
    for (const value of sold.subarray(1)) {
      error += (value - level) ** 2;
      level += alpha * (value - level);
    }
    if (error < best.error) best = { error, level };
  }
  return best.level;
}

function backtest(
  series: ReadonlyMap<string, Float64Array>,
  origin: number,
  horizon: number,
): Record<DemandMethod, number> | undefined {
  const sums = { naive: 0, 'seasonal-naive': 0, 'exponential-smoothing': 0 };
  let products = 0;
  for (const whole of series.values()) {
    const known = whole.subarray(0, origin);
    const scale = meanStep(known);
    if (!isSold(known) || scale === 0) continue;
    products += 1;
    for (const method of DEMAND_METHODS) {
      const said = forecast(method, known, horizon);
      const error = said.reduce((sum, value, ahead) => sum + Math.abs(value - whole[origin + ahead]!), 0) / horizon;
      sums[method] += error / scale;
    }
  }
  if (products === 0) return undefined;
  for (const method of DEMAND_METHODS) sums[method] /= products;
  return sums;
}

function weeklySeries(lines: Iterable<OrderLine>): { series: Map<string, Float64Array>; weeks: number } {
  const kept = [...lines];
  let [from, to] = [Infinity, -Infinity];
  for (const { orderedAtMs } of kept) {
    from = Math.min(from, orderedAtMs);
    to = Math.max(to, orderedAtMs);
  }
  const weeks = kept.length === 0 ? 0 : Math.floor((to - from) / WEEK_MS);
  const series = new Map<string, Float64Array>();
  for (const { productId, orderedAtMs, quantity } of kept) {
    const week = weeks - 1 - Math.floor((to - orderedAtMs) / WEEK_MS);
    if (week < 0) continue;
    const sold = series.get(productId) ?? new Float64Array(weeks);
    series.set(productId, sold);
    sold[week]! += quantity;
  }
  return { series, weeks };
}

function isSold(sold: Float64Array): boolean {
  return sold.filter(value => value > 0).length >= LEAST_SALES;
}

function meanStep(sold: Float64Array): number {
  let sum = 0;
  for (let week = 1; week < sold.length; week++) sum += Math.abs(sold[week]! - sold[week - 1]!);
  return sum / Math.max(1, sold.length - 1);
}

function total(values: Iterable<number>): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
