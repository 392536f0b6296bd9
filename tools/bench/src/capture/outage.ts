import type { Collection } from 'mongodb';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MeasuredProcess } from '../measuring/measured-process.js';
import type { ShopEventDocument } from '../measuring/shop-events.js';
import { writeEvents } from './event-writer.js';

const SECONDS = 20;
const KILLED_AFTER_MS = 5000;
const WITHIN_MS = 120_000;

/**
 * Kills an ingester (kill -9) while 1,000 documents a second are written, and starts it again at once, as a supervisor would: the seconds until
 * the log has a message more.
 */
export async function outageAfterKill(
  process: MeasuredProcess,
  start: () => Promise<MeasuredProcess>,
  events: Collection<ShopEventDocument>,
  written: () => Promise<number>,
): Promise<number> {
  const killed = async () => {
    await sleep(KILLED_AFTER_MS);
    const killedMs = performance.now();
    await process.kill();
    const restarted = await start();
    const left = await written();
    await restarted.until(async () => (await written()) > left, WITHIN_MS);
    return (performance.now() - killedMs) / 1000;
  };
  const [outageS] = await Promise.all([killed(), writeEvents(events, SECONDS, 98)]);
  return outageS;
}
