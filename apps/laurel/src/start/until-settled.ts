import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { LaurelApi } from '../api/laurel-api.js';

const statusSchema = z.object({
  capture: z.looseObject({ state: z.string() }),
  load: z.looseObject({ lag: z.number() }),
});

const POLL_MS = 250;

/** Waits until the snapshot is done, all of it is in the warehouse, and every service is ready; tells how far it is. */
export async function untilSettled(
  api: LaurelApi,
  onProgress: (stage: string) => void,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    const status = await api.json('events-ingester', 'GET', '/v1/status', statusSchema);
    const streaming = status.capture.state === 'streaming';
    if (streaming && status.load.lag === 0 && (await everyServiceReady(api))) return;
    onProgress(
      streaming
        ? `${status.load.lag.toLocaleString('en')} changes to load`
        : `reading the shop (${status.capture.state})`,
    );
    await sleep(POLL_MS, undefined, { signal });
  }
}

async function everyServiceReady(api: LaurelApi): Promise<boolean> {
  const ready = await Promise.all(
    (['feature-service', 'clustering-service', 'recommender'] as const).map(async app => {
      const response = await fetch(`${api.baseUrl(app)}/health/ready`);
      return response.ok;
    }),
  );
  return ready.every(Boolean);
}
