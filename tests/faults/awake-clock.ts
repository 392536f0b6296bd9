const TICK_MS = 50;
const LONGEST_TICK_MS = 500;

let countedMs = 0;
let lastMs = performance.now();
setInterval(() => {
  countedMs = awakeMs();
  lastMs = performance.now();
}, TICK_MS).unref();

/** Milliseconds for which this process has run, without the time for which it or its machine was suspended. */
export function awakeMs(): number {
  return countedMs + Math.min(LONGEST_TICK_MS, performance.now() - lastMs);
}
