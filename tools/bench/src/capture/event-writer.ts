import { type Collection, Double } from 'mongodb';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ShopEventDocument, shopEvents } from '../measuring/shop-events.js';

const PER_SECOND = 1000;
const PER_INSERT = 20;

/** Writes 1,000 events a second, 20 at a time, each with the time of its write, on a fixed schedule: what is late is not left out. */
export async function writeEvents(
  events: Collection<ShopEventDocument>,
  seconds: number,
  seed: number,
): Promise<number> {
  const total = seconds * PER_SECOND;
  const documents = [...shopEvents(total, seed)];
  const startedMs = performance.now();
  for (let at = 0; at < total; at += PER_INSERT) {
    const waitMs = startedMs + (at / PER_SECOND) * 1000 - performance.now();
    if (waitMs > 0) await sleep(waitMs);
    const sentAtMs = new Double(nowMs());
    const batch = documents.slice(at, at + PER_INSERT).map(document => ({ ...document, sentAtMs }));
    await events.insertMany(batch, { ordered: false });
  }
  return total;
}

/** Milliseconds since 1970, with fractions. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}
