import { setTimeout as sleep } from 'node:timers/promises';
import type { ModelRegistry } from '@laurel/learning';
import { type LoadOptions, type LoadTrial, loadTrial } from './load-trial.js';
import type { Served } from './served.js';

const EVERY_MS = 1000;

/** What a server did while the model that serves was changed each second. */
export interface SwapTrial extends LoadTrial {
  swaps: number;
}

/** Loads a server, and makes one version after the other live meanwhile. */
export async function swapTrial(
  server: Served,
  { registry, model, versions, ...load }: LoadOptions & { registry: ModelRegistry; model: string; versions: number[] },
): Promise<SwapTrial> {
  const loading = loadTrial(server, load);
  const ended = loading.then(
    () => true,
    () => true,
  );
  let swaps = 0;
  while (!(await Promise.race([ended, sleep(EVERY_MS, false)]))) {
    const next = versions[swaps % versions.length];
    if (next === undefined) throw new Error('there is no version to swap in');
    await registry.promote(model, next);
    swaps++;
  }
  return { ...(await loading), swaps };
}
