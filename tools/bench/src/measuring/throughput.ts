import type { MeasuredProcess } from './measured-process.js';

/** How fast a process did its work, counted from the first sign of it, so without its start. */
export interface Throughput {
  perSecond: number;
  /** Per second of the process's own CPU. */
  perCpuSecond: number;
}

/**
 * Watches a process until `done()` has come to `total`, and measures from the first moment that it has moved.
 *
 * @throws Error when the process ends before, or does nothing for too long.
 */
export async function throughputOf(
  process: MeasuredProcess,
  done: () => Promise<number>,
  total: number,
  withinMs: number,
): Promise<Throughput> {
  const before = await done();
  let now = before;
  await process.until(async () => (now = await done()) > before, withinMs);
  const [first, startedMs, startedCpu] = [now, performance.now(), await process.cpuSeconds()];
  await process.until(async () => (now = await done()) >= total, withinMs);
  const count = now - first;
  const cpu = (await process.cpuSeconds()) - startedCpu;
  return { perSecond: count / ((performance.now() - startedMs) / 1000), perCpuSecond: count / cpu };
}
