import { nelderMead } from './nelder-mead.js';

const AT_ONCE = 2000;

/** The point, from `start`, under which observations are likeliest, given ln of the likelihood of one. */
export async function likeliest<T>(
  observations: readonly T[],
  logLikelihood: (point: readonly number[], observation: T) => number,
  start: readonly number[],
): Promise<number[]> {
  const unlikelihood = async (point: readonly number[]): Promise<number> =>
    -(await totalLogLikelihood(observations, observation => logLikelihood(point, observation)));
  return (await nelderMead(unlikelihood, start)).point;
}

/** ln of the likelihood of all observations; where that is no number, the lowest there is. Gives way to other work now and then. */
export async function totalLogLikelihood<T>(
  observations: readonly T[],
  logLikelihood: (observation: T) => number,
): Promise<number> {
  let sum = 0;
  for (const [i, observation] of observations.entries()) {
    sum += logLikelihood(observation);
    if (i % AT_ONCE === AT_ONCE - 1) await new Promise(resolve => setImmediate(resolve));
  }
  return Number.isFinite(sum) ? sum : -Number.MAX_VALUE;
}
