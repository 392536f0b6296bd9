import type { FaultShop } from '../shop/fault-shop.js';
import { Ingester } from './ingester.js';
import type { PipelineProcess } from './pipeline-process.js';

const FIRST_DOCUMENTS = 400;

/** Fills the shop, starts an ingester and, once it streams, the writer. */
export async function startStreaming(
  shop: FaultShop,
  environment: Readonly<Record<string, string>> = shop.environment,
): Promise<Ingester> {
  await shop.writer.insertMany(FIRST_DOCUMENTS);
  const ingester = new Ingester(environment);
  await untilStreaming(ingester);
  shop.writer.start();
  return ingester;
}

/** Waits until capture follows the stream. */
export async function untilStreaming(capture: PipelineProcess): Promise<void> {
  await capture.until('capture streams', ({ state }) => state === 'streaming');
}

/** Waits until capture has read all that was written so far; more may be written meanwhile. */
export async function untilCaptured(shop: FaultShop, capture: PipelineProcess): Promise<void> {
  const lastMs = await shop.markNow();
  await capture.until('capture has come past the last write', ({ positionMs = 0 }) => positionMs >= lastMs);
}
