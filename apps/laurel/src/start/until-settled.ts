import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { LaurelApi } from '../api/laurel-api.js';

const statusSchema = z.object({
  capture: z.looseObject({
    state: z.string(),
    lag_seconds: z.number().nullable(),
    last_token_at: z.iso.datetime().nullable(),
  }),
  load: z.looseObject({ lag: z.number() }),
});

const READERS = ['feature-service', 'clustering-service', 'recommender'] as const;

const POLL_MS = 250;

/**
 * Waits until all that the shop held at `since` has been read by every service and is in the warehouse; tells how far it is. Readers count
 * as through when they say so twice in a row, since what one publishes another reads.
 */
export async function untilSettled(
  api: LaurelApi,
  since: Date,
  onProgress: (stage: string) => void,
  signal: AbortSignal,
): Promise<void> {
  for (let timesThrough = 0; timesThrough < 2;) {
    const { capture, load } = await api.json('events-ingester', 'GET', '/v1/status', statusSchema);
    const heardAt = capture.last_token_at === null ? undefined : new Date(capture.last_token_at);
    const read =
      capture.state === 'streaming' && capture.lag_seconds === 0 && heardAt !== undefined && heardAt >= since;
    const behind = read ? load.lag + (await readerLag(api)) : undefined;
    timesThrough = behind === 0 ? timesThrough + 1 : 0;
    onProgress(read ? `${behind?.toLocaleString('en')} changes to go` : `reading the shop (${capture.state})`);
    await sleep(POLL_MS, undefined, { signal });
  }
}

/** How many messages the services have yet to read, all together, by their metrics; 1 for one that is not ready. */
async function readerLag(api: LaurelApi): Promise<number> {
  const lags = await Promise.all(
    READERS.map(async app => {
      const ready = await fetch(`${api.baseUrl(app)}/health/ready`);
      if (!ready.ok) return 1;
      const metrics = await (await fetch(`${api.baseUrl(app)}/metrics`)).text();
      return Number(/^laurel_\w+_lag(?:_messages)?(?:\{[^}]*\})? (\d+)$/m.exec(metrics)?.[1] ?? 0);
    }),
  );
  return lags.reduce((sum, lag) => sum + lag, 0);
}
