import { awakeMs } from '../awake-clock.js';
import type { FaultShop } from '../shop/fault-shop.js';
import type { PipelineProcess } from './pipeline-process.js';
import { untilCaptured } from './streaming.js';

const WITHIN_MS = 240_000;

/** Waits until all that was written to the shop so far is stored. */
export async function settled(
  shop: FaultShop,
  capture: PipelineProcess,
  load: PipelineProcess = capture,
): Promise<void> {
  const lastMs = await shop.markNow();
  await capture.until(
    'capture has read all that was written',
    ({ state, positionMs = 0, captureLagMs }) => state === 'streaming' && positionMs >= lastMs && captureLagMs === 0,
    WITHIN_MS,
  );
  // What a report says of load may be older than what it says of capture.
  const from = load.reports + 2;
  await load.until(
    'load has stored all that was sent',
    ({ loadLag }, count) => count >= from && loadLag === 0,
    WITHIN_MS,
  );
}

/** Waits until all that was written so far is in the log, and rows are stored after that; gives how long that took since a moment. */
export async function worksAgain(
  shop: FaultShop,
  capture: PipelineProcess,
  sinceMs: number,
  load: PipelineProcess = capture,
): Promise<number> {
  await untilCaptured(shop, capture);
  return storesAgain(load, sinceMs);
}

/** Waits until a process stores rows (of changes written all the while), and gives how long that took since a moment. */
export async function storesAgain(load: PipelineProcess, sinceMs = awakeMs()): Promise<number> {
  const before = load.report?.stored ?? 0;
  await load.until('changes are stored again', ({ stored }) => stored > before);
  return Math.round(awakeMs() - sinceMs);
}
